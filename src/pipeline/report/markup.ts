/** HTML as values: what is put into a template is escaped unless it is markup itself, so text of a model cannot become code. */

/** A piece of finished HTML. */
export class Markup {
  readonly html: string;
  constructor(finished: string) {
    this.html = finished;
  }
}

/** What may stand in a template; null, undefined and false leave nothing. */
export type Child = Markup | string | number | null | undefined | false | readonly Child[];

/** Template tag. @example html`<p>${"a < b"}</p>`.html // => "<p>a &lt; b</p>" */
export function html(strings: TemplateStringsArray, ...children: Child[]): Markup {
  let out = strings[0]!;
  for (let i = 0; i < children.length; i++) out += rendered(children[i]) + strings[i + 1]!;
  return new Markup(out);
}

function rendered(child: Child): string {
  if (child instanceof Markup) return child.html;
  if (typeof child === "object" && child !== null) return child.map(rendered).join("");
  return child === null || child === undefined || child === false ? "" : escaped(String(child));
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text for an element or a quoted attribute. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (c) => ENTITIES[c]!);
}

/** JSON for a script element of type application/json: no `<` ends it early, no line separator breaks it. */
export function embeddedJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

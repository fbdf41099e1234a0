/** The script inside the report: filters and the sample browser. It is written into the page as text, so it must use nothing from outside of itself. */
import type { DomDocument, DomElement, DomEvent } from "./dom.ts";
import type { Sample } from "./types.ts";

/** What the page hands to its script. */
export interface ClientData {
  readonly samples: readonly Sample[];
  readonly causes: readonly { readonly code: string; readonly label: string }[];
  readonly existing: string | null;
  /** The existing reward reads only so many characters of the end. */
  readonly window: number | null;
}

/**
 * Runs the page. All text reaches the page through `textContent` and text nodes, never as markup.
 * Serialised with `toString()`: no imports, no helpers from this module's scope.
 */
export function client(document: DomDocument): void {
  const byId = (id: string): DomElement => document.getElementById(id)!;
  const data = JSON.parse(byId("data").textContent!) as ClientData;
  const labels: Record<string, string> = {};
  for (const cause of data.causes) labels[cause.code] = cause.label;
  const kind = (code: string | null): string => (code === null ? "" : code.includes(" ") ? "k-pair" : `k-${code}`);
  const make = (tag: string, name: string, ...children: (DomElement | string)[]): DomElement => {
    const element = document.createElement(tag);
    if (name !== "") element.className = name;
    element.append(...children);
    return element;
  };
  const number = (x: number | null): string => (x === null ? "–" : String(Math.round(x * 1000) / 1000).replace("-", "−"));

  const filter = { cause: "", status: "", reason: "", group: "", text: "" };
  let found: Sample[] = [];
  let current = 0;
  let items: DomElement[] = [];

  const pieces = (sample: Sample): (DomElement | string)[] => {
    const out: (DomElement | string)[] = [];
    const windowStart = data.window === null || data.window >= sample.characters ? 0 : sample.characters - data.window;
    let reached = 0;
    const say = (text: string, marked: boolean, unread: boolean): void => {
      if (text === "") return;
      out.push(marked ? make("mark", "", text) : unread ? make("span", "unread", text) : text);
    };
    for (const piece of sample.pieces) {
      if (piece.at > reached) out.push(make("span", "gap", `⋯ ${piece.at - reached} characters left out ⋯`));
      const end = piece.at + piece.text.length;
      const cuts = [piece.at, end];
      if (windowStart > piece.at && windowStart < end) cuts.push(windowStart);
      if (sample.span !== null) for (const cut of sample.span) if (cut > piece.at && cut < end) cuts.push(cut);
      cuts.sort((a, b) => a - b);
      for (let i = 0; i + 1 < cuts.length; i++) {
        const from = cuts[i]!;
        const to = cuts[i + 1]!;
        if (from === windowStart && windowStart > 0) out.push(make("span", "divider", `${data.existing} reads only from here: the last ${data.window} characters`));
        const marked = sample.span !== null && from >= sample.span[0] && to <= sample.span[1];
        say(piece.text.slice(from - piece.at, to - piece.at), marked, to <= windowStart);
      }
      reached = end;
    }
    return out;
  };

  const show = (sample: Sample | undefined): void => {
    const detail = byId("detail");
    if (sample === undefined) {
      detail.replaceChildren(make("p", "empty", "No rollout passes these filters."));
      return;
    }
    const bar = make("div", "bar", make("span", "id", sample.id), make("span", `badge v-${sample.status}`, sample.status));
    const out: DomElement[] = [bar];
    if (sample.cause !== null) {
      bar.append(make("span", `badge ${kind(sample.cause)}`, labels[sample.cause] ?? sample.cause));
      if (sample.because !== null) out.push(make("p", `because ${kind(sample.cause)}`, make("b", "", labels[sample.cause] ?? sample.cause), sample.because));
    }
    const facts = make("dl", "facts");
    const fact = (name: string, value: string | null, mono: boolean, wide: boolean): void => {
      if (value === null) return;
      facts.append(make("dt", "", name), make("dd", wide ? "wide" : "", mono ? make("code", "", value) : value));
    };
    fact("answer", sample.extracted ?? "none found", sample.extracted !== null, true);
    fact("reference", sample.reference, true, true);
    if (sample.normal !== null && sample.normal.response !== null) fact("normal form", `${sample.normal.response}   against   ${sample.normal.reference ?? "?"}`, true, true);
    fact("reason", `${sample.reason.text} (${sample.reason.code})`, false, true);
    fact("found by", sample.rule, false, false);
    fact("decided by", sample.stage, false, false);
    if (data.existing !== null) {
      fact(data.existing, number(sample.existing), false, false);
      fact("guerdon", number(sample.reward), false, false);
    } else fact("reward", number(sample.reward), false, false);
    const names = Object.keys(sample.rewards);
    if (names.length > 1) fact("rewards", names.map((name) => `${name} ${number(sample.rewards[name] ?? null)}`).join(",  "), false, true);
    if (sample.existingAdvantage !== null || sample.advantage !== null)
      fact("advantage", sample.existingAdvantage === null ? number(sample.advantage) : `${number(sample.existingAdvantage)}  →  ${number(sample.advantage)}`, false, true);
    out.push(facts, make("h3", "", "Prompt"), make("p", "said prompt", sample.prompt), make("h3", "", `Response, ${sample.characters} characters`), make("p", "said", ...pieces(sample)));
    detail.replaceChildren(...out);
    detail.scrollTop = 0;
  };

  const select = (index: number, reveal: boolean): void => {
    items[current]?.removeAttribute("aria-current");
    current = Math.max(0, Math.min(found.length - 1, index));
    items[current]?.setAttribute("aria-current", "true");
    if (reveal) items[current]?.scrollIntoView({ block: "nearest" });
    show(found[current]);
  };

  const refresh = (): void => {
    const words = filter.text.toLowerCase();
    found = data.samples.filter(
      (s) =>
        (filter.cause === "" || s.cause === filter.cause) &&
        (filter.status === "" || s.status === filter.status) &&
        (filter.reason === "" || s.reason.code === filter.reason) &&
        (filter.group === "" || s.group === filter.group) &&
        (words === "" || [s.id, s.prompt, s.reference ?? "", s.extracted ?? "", ...s.pieces.map((p) => p.text)].some((text) => text.toLowerCase().includes(words))),
    );
    items = found.map((sample, i) => {
      const why = sample.cause === null ? "" : (labels[sample.cause] ?? sample.cause);
      const dot = make("span", "dot");
      dot.title = sample.status;
      const item = make("button", `item v-${sample.status} ${kind(sample.cause)}`, dot, make("span", "id", sample.id), make("span", "why", why), make("span", "peek", `${sample.extracted ?? "no answer"}  ⁄  ${sample.reference ?? ""}`));
      item.setAttribute("type", "button");
      item.addEventListener("click", () => select(i, false));
      return item;
    });
    byId("list").replaceChildren(...items.map((item) => make("li", "", item)));
    byId("found").textContent = `${found.length} of ${data.samples.length}`;
    for (const button of document.querySelectorAll("[data-cause]")) button.setAttribute("aria-pressed", String(button.dataset["cause"] === filter.cause));
    for (const button of document.querySelectorAll("[data-group]")) button.setAttribute("aria-pressed", String(button.dataset["group"] === filter.group));
    byId("cause").value = filter.cause;
    byId("status").value = filter.status;
    byId("reason").value = filter.reason;
    byId("clear").hidden = filter.cause + filter.status + filter.reason + filter.group + filter.text === "";
    select(Math.max(0, found.findIndex((sample) => sample.cause !== null)), false);
    byId("list").scrollTop = 0;
  };

  const reveal = (): void => byId("browser").scrollIntoView({ block: "start" });
  for (const button of document.querySelectorAll("[data-cause]"))
    button.addEventListener("click", () => {
      filter.cause = filter.cause === button.dataset["cause"] ? "" : button.dataset["cause"]!;
      filter.group = "";
      refresh();
      if (filter.cause !== "") reveal();
    });
  for (const button of document.querySelectorAll("[data-group]"))
    button.addEventListener("click", () => {
      filter.group = filter.group === button.dataset["group"] ? "" : button.dataset["group"]!;
      filter.cause = "";
      refresh();
      if (filter.group !== "") reveal();
    });
  for (const name of ["cause", "status", "reason"] as const)
    byId(name).addEventListener("change", () => {
      filter[name] = byId(name).value;
      refresh();
    });
  byId("search").addEventListener("input", () => {
    filter.text = byId("search").value;
    refresh();
  });
  byId("clear").addEventListener("click", () => {
    filter.cause = filter.status = filter.reason = filter.group = filter.text = "";
    byId("search").value = "";
    refresh();
  });
  byId("theme").addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset["theme"] === "dark" || (root.dataset["theme"] === undefined && byId("theme").dataset["system"] === "dark");
    root.dataset["theme"] = dark ? "light" : "dark";
  });
  document.addEventListener("keydown", (event: DomEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target !== null && ["INPUT", "SELECT"].includes(event.target.tagName);
    if (event.key === "Escape" && typing) byId("list").focus();
    if (typing) return;
    if (event.key === "j" || event.key === "k") {
      select(current + (event.key === "j" ? 1 : -1), true);
      event.preventDefault();
    } else if (event.key === "/") {
      byId("search").focus();
      event.preventDefault();
    }
  });
  refresh();
}

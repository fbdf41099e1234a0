/** The part of the document object model that the report's script uses: the package is compiled without the browser's types. */

export interface DomEvent {
  readonly key: string;
  readonly target: DomElement | null;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  preventDefault(): void;
}

export interface DomElement {
  className: string;
  textContent: string | null;
  value: string;
  title: string;
  hidden: boolean;
  scrollTop: number;
  readonly tagName: string;
  readonly dataset: Record<string, string | undefined>;
  readonly classList: { add(name: string): void };
  append(...children: (DomElement | string)[]): void;
  replaceChildren(...children: (DomElement | string)[]): void;
  setAttribute(name: string, value: string): void;
  getAttribute(name: string): string | null;
  removeAttribute(name: string): void;
  addEventListener(type: string, listener: (event: DomEvent) => void): void;
  scrollIntoView(options: { block: string; behavior?: string }): void;
  focus(): void;
}

export interface DomDocument {
  readonly documentElement: DomElement;
  createElement(tag: string): DomElement;
  getElementById(id: string): DomElement | null;
  querySelectorAll(selector: string): Iterable<DomElement>;
  addEventListener(type: string, listener: (event: DomEvent) => void): void;
}

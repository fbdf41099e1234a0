/** The page's script on a small stand-in for a document: filters, keys, and that text stays text. */
import { describe, expect, it } from "vitest";
import { client, type ClientData } from "./client.ts";
import type { DomDocument, DomElement, DomEvent } from "./dom.ts";
import type { Sample } from "./types.ts";

class FakeElement implements DomElement {
  className = "";
  value = "";
  title = "";
  hidden = false;
  scrollTop = 0;
  focused = 0;
  readonly tagName: string;
  readonly dataset: Record<string, string | undefined> = {};
  readonly classList = { add: (name: string): void => void (this.className += ` ${name}`) };
  readonly children: (FakeElement | string)[] = [];
  readonly attributes = new Map<string, string>();
  readonly listeners = new Map<string, (event: DomEvent) => void>();
  #text: string | null = null;
  constructor(tag: string) {
    this.tagName = tag.toUpperCase();
  }
  get textContent(): string {
    return this.#text ?? this.children.map((c) => (typeof c === "string" ? c : c.textContent)).join("");
  }
  set textContent(text: string | null) {
    this.#text = text;
  }
  append(...children: (DomElement | string)[]): void {
    this.children.push(...(children as (FakeElement | string)[]));
  }
  replaceChildren(...children: (DomElement | string)[]): void {
    this.#text = null;
    this.children.length = 0;
    this.append(...children);
  }
  setAttribute(name: string, value: string): void {
    this.attributes.set(name, value);
  }
  getAttribute(name: string): string | null {
    return this.attributes.get(name) ?? null;
  }
  removeAttribute(name: string): void {
    this.attributes.delete(name);
  }
  addEventListener(type: string, listener: (event: DomEvent) => void): void {
    this.listeners.set(type, listener);
  }
  scrollIntoView(): void {}
  focus(): void {
    this.focused++;
  }
  fire(type: string): void {
    this.listeners.get(type)!({ key: "", target: this, ctrlKey: false, metaKey: false, altKey: false, preventDefault: () => undefined });
  }
  all(tag: string): FakeElement[] {
    return this.children.flatMap((c) => (typeof c === "string" ? [] : [...(c.tagName === tag.toUpperCase() ? [c] : []), ...c.all(tag)]));
  }
}

const HOSTILE = "</script><img src=x onerror=alert(1)>";

function sample(row: number, more: Partial<Sample> = {}): Sample {
  const response = `We compute ${row} and the answer is 42. Done, ${HOSTILE}`;
  const at = response.indexOf("42");
  return {
    id: `s${row}`, group: `g${row % 2}`, row, prompt: `prompt ${row}`, pieces: [{ at: 0, text: response }], characters: response.length, reference: "42", status: "correct",
    reason: { code: "equal", text: "equal" }, extracted: "42", span: [at, at + 2], rule: "phrase", rewards: { correct: 1 }, reward: 1, advantage: 0.5, existing: 0, cause: null,
    because: null, stage: "exact", normal: { response: "42", reference: "42" }, existingAdvantage: -0.5, ...more,
  };
}

function open(samples: readonly Sample[], window: number | null = null): { byId: (id: string) => FakeElement; press: (key: string) => void; cause: FakeElement; items: () => string[] } {
  const data: ClientData = { samples, causes: [{ code: "false-positive", label: "False positive" }], existing: "old", window };
  const ids = new Map<string, FakeElement>();
  const byId = (id: string): FakeElement => {
    if (!ids.has(id)) ids.set(id, new FakeElement("div"));
    return ids.get(id)!;
  };
  byId("data").textContent = JSON.stringify(data);
  const cause = new FakeElement("button");
  cause.dataset["cause"] = "false-positive";
  let listener: ((event: DomEvent) => void) | undefined;
  const document: DomDocument = {
    documentElement: new FakeElement("html"),
    createElement: (tag) => new FakeElement(tag),
    getElementById: byId,
    querySelectorAll: (selector) => (selector === "[data-cause]" ? [cause] : []),
    addEventListener: (_, on) => void (listener = on),
  };
  client(document);
  const press = (key: string): void => listener!({ key, target: null, ctrlKey: false, metaKey: false, altKey: false, preventDefault: () => undefined });
  return { byId, press, cause, items: () => byId("list").all("button").map((item) => item.all("span").find((s) => s.className === "id")!.textContent) };
}

describe("the sample browser", () => {
  it("lists all, marks the answer and nothing else, and keeps text as text", () => {
    const { byId, items } = open([sample(1), sample(2)]);
    expect(items()).toEqual(["s1", "s2"]);
    expect(byId("detail").all("mark").map((m) => m.textContent)).toEqual(["42"]);
    expect(byId("detail").textContent).toContain(HOSTILE);
    expect(byId("detail").all("img")).toEqual([]);
  });
  it("starts at the first disagreement; j and k move and stop at the ends", () => {
    const { byId, press } = open([sample(1), sample(2, { cause: "false-positive", because: "it was paid" }), sample(3)]);
    const shown = (): string => byId("detail").all("span").find((s) => s.className === "id")!.textContent;
    expect(shown()).toBe("s2");
    expect(byId("detail").textContent).toContain("it was paid");
    press("j");
    press("j");
    expect(shown()).toBe("s3");
    for (let i = 0; i < 5; i++) press("k");
    expect(shown()).toBe("s1");
    press("/");
    expect(byId("search").focused).toBe(1);
  });
  it("filters by cause, verdict, reason and text, and clears", () => {
    const { byId, cause, items } = open([sample(1), sample(2, { cause: "false-positive" }), sample(3, { status: "invalid", reason: { code: "no-answer", text: "none" } })]);
    cause.fire("click");
    expect(items()).toEqual(["s2"]);
    expect(cause.getAttribute("aria-pressed")).toBe("true");
    cause.fire("click");
    byId("status").value = "invalid";
    byId("status").fire("change");
    expect(items()).toEqual(["s3"]);
    byId("clear").fire("click");
    byId("search").value = "PROMPT 1";
    byId("search").fire("input");
    expect(items()).toEqual(["s1"]);
    byId("search").value = "nowhere";
    byId("search").fire("input");
    expect(items()).toEqual([]);
    expect(byId("detail").textContent).toContain("No rollout passes");
  });
  it("draws the line from which a windowed grader reads", () => {
    const { byId } = open([sample(1)], 20);
    const { characters } = sample(1);
    expect(byId("detail").all("span").find((s) => s.className === "divider")!.textContent).toContain("the last 20 characters");
    const unread = byId("detail").all("span").filter((s) => s.className === "unread").map((s) => s.textContent).join("");
    expect(unread.length + 2).toBe(characters - 20);
  });
});

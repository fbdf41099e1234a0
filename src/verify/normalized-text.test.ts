import { describe, expect, it } from "vitest";
import { normalizedText, normalizeText } from "./normalized-text.ts";

describe("normalizedText", () => {
  it.each<[string, string]>([
    ["The Eiffel Tower.", "eiffel tower"],
    ["  New   York ", "new york"],
    ["Ｐａｒｉｓ", "paris"],
    ["the \u201cGreat Gatsby\u201d", "Great Gatsby"],
    ["ﬁne", "fine"],
    ["state-of-the-art", "state of the art"],
    ["It's", "its"],
    ["a\u200bb", "ab"],
    ["Élan", "élan"],
    ["3.14", "3.14"],
  ])("%j is %j", (response, reference) => expect(normalizedText(response, reference).status).toBe("correct"));

  it.each<[string, string]>([
    ["-5", "5"],
    ["−5", "5"],
    ["3.14", "314"],
    [".5", "5"],
    ["1,5", "15"],
    ["theory", "ory"],
    ["an apple", "pineapple"],
    ["Elan", "Élan"],
    ["New York City", "New York"],
    ["C", "C++"].reverse() as [string, string],
  ])("%j is not %j", (response, reference) => expect(normalizedText(response, reference).status).toBe("incorrect"));

  it("keeps what it is told to keep", () => {
    expect(normalizedText("paris", "Paris", { caseSensitive: true }).status).toBe("incorrect");
    expect(normalizedText("the end", "end", { dropArticles: false }).status).toBe("incorrect");
    expect(normalizedText("yes!", "yes", { dropPunctuation: false }).status).toBe("incorrect");
    expect(normalizedText("Elan", "Élan", { dropAccents: true }).status).toBe("correct");
  });

  it("leaves a reference without words undecided", () => {
    expect(normalizedText("the", "the").status).toBe("undecided");
    expect(normalizedText("x", "...").status).toBe("undecided");
    expect(normalizedText("...", "x").status).toBe("incorrect");
  });

  it("is idempotent", () => {
    for (const text of ["The -5.5 a.m. Élan!", "—a—the—", "1,234.5%", "İstanbul"]) expect(normalizeText(normalizeText(text))).toBe(normalizeText(text));
  });
});

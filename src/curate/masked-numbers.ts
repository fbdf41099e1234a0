/** Numbers of a text in slots: what remains is the template. */

/** A text whose numbers are out. Slots are `{0}`, `{1}`, …; braces of the text are doubled. */
export interface MaskedNumbers {
  readonly template: string;
  /** As they were written. */
  readonly numbers: readonly string[];
}

/** Whole numbers and decimals, with separated thousands; not the digits of a name such as `x2`. */
const NUMBER = /(?<![\p{L}\p{N}_.])(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{1,15})?(?![\p{L}\p{N}_])/gu;

/**
 * Takes the numbers of a text out. Undone by `fillNumbers`.
 * @example maskNumbers("2 of 1,500 {x2}") // => { template: "{0} of {1} {{x2}}", numbers: ["2", "1,500"] }
 */
export function maskNumbers(text: string): MaskedNumbers {
  const numbers: string[] = [];
  let [template, at] = ["", 0];
  const plain = (part: string): string => part.replace(/[{}]/g, "$&$&");
  for (const found of text.matchAll(NUMBER)) {
    template += `${plain(text.slice(at, found.index))}{${numbers.length}}`;
    numbers.push(found[0]);
    at = found.index + found[0].length;
  }
  return { template: template + plain(text.slice(at)), numbers };
}

/**
 * Puts numbers into a template's slots.
 * @example fillNumbers("{0} of {1} {{x2}}", ["3", "9"]) // => "3 of 9 {x2}"
 */
export function fillNumbers(template: string, numbers: readonly string[]): string {
  return template.replace(/\{\{|\}\}|\{(\d+)\}/g, (mark, slot: string | undefined) => (slot === undefined ? mark[0]! : numbers[Number(slot)]!));
}

/** Text that is not ours, on a terminal: control and format characters, which a terminal would obey, become a space. */

/** One line. */
export function tame(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ");
}

/** Lines that stay lines. */
export function tameLines(text: string): string {
  return text.split("\n").map(tame).join("\n");
}

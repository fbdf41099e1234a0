/** Bodies that a load is made of: distinct responses of about two kilobytes, right two times of three. */
const RESPONSE_CHARACTERS = 2000;
const WORDS = "we add the two sides and find that the value of x is then equal to so we have".split(" ");

/** The response of problem `i`, and what it is graded against. */
export function item(i: number): { readonly query: string; readonly prompt: string; readonly label: string } {
  const prompt = `Problem ${i}: find x.\n`;
  let text = prompt;
  let k = i + 1;
  while (text.length < RESPONSE_CHARACTERS) {
    k = (Math.imul(k, 1103515245) + 12345) & 0x7fffffff;
    text += `${WORDS[(k >> 8) % WORDS.length]} ${(k >> 16) % 9 === 0 ? `$x=${(k >> 8) % 1000}$ ` : ""}`;
  }
  return { query: `${text}\\boxed{${i}}`, prompt, label: String(i % 3 === 0 ? i + 1 : i) };
}

/** Bodies as OpenRLHF sends them, no item twice. */
export function bodies(count: number, items: number): string[] {
  return Array.from({ length: count }, (_, b) => {
    const all = Array.from({ length: items }, (_each, k) => item(b * items + k));
    return JSON.stringify({ query: all.map(({ query }) => query), prompts: all.map(({ prompt }) => prompt), labels: all.map(({ label }) => label) });
  });
}

/** Whether an answer to the first body is right. */
export function rewardsAreRight(rewards: readonly (number | readonly number[])[]): boolean {
  return rewards.every((reward, i) => (typeof reward === "number" ? reward : reward[0]) === (i % 3 === 0 ? 0 : 1));
}

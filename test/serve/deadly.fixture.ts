/** Rewards of the tests that kill: by what a response says, or the number that it is, so that a score in another's place is seen. */

/** The number of a response; `exit` ends its thread at once, `late` once it has waited, `memory` takes all there is, `hang` never comes back. */
export function deadly({ response }: { readonly response: unknown }): number | Promise<number> {
  const text = String(response);
  switch (text) {
    case "exit":
      process.exit(1);
    case "late":
      return new Promise(() => setTimeout(() => process.exit(1), 500));
    case "throws":
      return new Promise(() =>
        setTimeout(() => {
          throw new Error("nobody waits for this");
        }, 30),
      );
    case "memory": {
      const kept: number[][] = [];
      for (;;) kept.push(Array.from({ length: 100_000 }, (_, i) => i + kept.length));
    }
    case "hang":
      for (;;);
    default:
      return text.startsWith("wait:") ? new Promise((done) => setTimeout(() => done(Number(text.slice(5))), 200)) : Number(text);
  }
}

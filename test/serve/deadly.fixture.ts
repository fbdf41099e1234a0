/** Rewards of the tests that kill: by what a response says, or the number that it is, so that a score in another's place is seen. */

/**
 * The number of a response; `exit` ends its thread at once, `late` once it has waited, `hang` never comes back; `memory`, `table`, `arrays` and `buffers`
 * take all there is, `garbage:` and a number a lot of which nearly all is given back.
 */
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
    case "table": {
      // It doubles in one allocation, where V8 cannot end a thread but the process.
      for (const kept: Map<number, number>[] = []; ; ) {
        const table = new Map<number, number>();
        kept.push(table);
        for (let i = 0; i < 2 ** 23; i++) table.set(i, i);
      }
    }
    case "arrays":
      for (const kept: unknown[][] = []; ; ) kept.push(Array.from({ length: 2 ** 24 }).fill(kept.length));
    case "buffers":
      for (const kept: Uint8Array[] = []; ; ) kept.push(new Uint8Array(2 ** 20).fill(1));
    case "hang":
      for (;;);
    default:
      if (text.startsWith("garbage:")) return wasted(Number(text.slice(8)));
      return text.startsWith("wait:") ? new Promise((done) => setTimeout(() => done(Number(text.slice(5))), 200)) : Number(text);
  }
}

/** The number back, after a while of objects and buffers that are old before they are garbage. */
function wasted(number: number): number {
  const until = performance.now() + 400;
  let objects: object[] = [];
  let buffers: Uint8Array[] = [];
  while (performance.now() < until) {
    objects.push(Array.from({ length: 10_000 }, (_, i) => ({ i })));
    buffers.push(new Uint8Array(2 ** 18).fill(1));
    if (objects.length > 60) [objects, buffers] = [[], []];
  }
  return number;
}

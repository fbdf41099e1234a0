/** A process whose main thread answers one call and hangs in the next; for the test of what watches over it. */
import { setTimeout as sleep } from "node:timers/promises";
import { answersHere } from "./here.ts";
import { resolveMethod } from "../../methods.ts";
import { packFrame } from "../arrays.ts";

const methods = Object.assign(
  async (id: string) => {
    if (id === "verify/number") for (;;);
    return resolveMethod(id);
  },
  { known: () => resolveMethod.known() },
);
const here = answersHere({ methods, source: { kind: "document", base: null, document: { guerdon: 1, rewards: { n: "verify/number" } } }, patienceMs: 2000 });
const ask = (use: string): Promise<unknown> => here.answer({ frame: packFrame({ id: 1, call: "verify", body: { use, response: "1", reference: "1" } }) });
// Loaded beforehand, which takes a while on a busy machine.
await Promise.all(["verify/exact", "verify/number"].map((id) => resolveMethod(id)));
await ask("verify/exact");
// It is not killed for what lies between two calls.
await sleep(3000);
process.stdout.write("answered\n");
await ask("verify/number");

/**
 * Looks for random expressions that throw, take long, or differ from themselves.
 *
 *     node bench/math-fuzz.ts [--seed WORD] [--seconds 60] [--over 40]
 *
 * Times are processor milliseconds of this thread, best of two. Exit 100 where anything was found that throws or differs from itself.
 */
import { parseArgs } from "node:util";
import { randomStream } from "../src/core/random.ts";
import { math } from "../src/verify/math.ts";
import { randomAnswer } from "./math/random-answers.ts";
import { processorMs } from "./math/suites.ts";

const { values } = parseArgs({ options: { seed: { type: "string", default: "a" }, seconds: { type: "string", default: "60" }, over: { type: "string", default: "40" } } });

const options = { stringStage: false };
const stream = randomStream(`math-fuzz/${values.seed}`);
const until = performance.now() + 1000 * Number(values.seconds);
const found = { thrown: [] as string[], unlike: [] as string[], slow: [] as { ms: number; what: string }[] };
const statuses: Record<string, number> = {};
let count = 0;
for (; performance.now() < until; count++) {
  const r = stream.split("expression", count);
  const a = randomAnswer(r, 1 + r.integer(6));
  const b = r.integer(2) === 0 ? randomAnswer(r, 1 + r.integer(6)) : a.replace(/\d/, (c) => String((Number(c) + 1) % 10));
  const what = `${a.length} ${a.slice(0, 200)}  <>  ${b.length} ${b.slice(0, 100)}`;
  try {
    let status = "";
    const check = (): void => void (status = math(`\\boxed{${a}}`, b, options).status);
    let ms = processorMs(check);
    if (ms > Number(values.over)) ms = Math.min(ms, processorMs(check));
    if (ms > Number(values.over)) found.slow.push({ ms, what: `${status}: ${what}` });
    statuses[status] = (statuses[status] ?? 0) + 1;
    if (math(`\\boxed{${a}}`, a, options).status === "incorrect") found.unlike.push(`${a.length} ${a.slice(0, 300)}`);
  } catch (error) {
    found.thrown.push(`${String(error).slice(0, 120)}: ${what}`);
  }
}
console.log(`${count} expressions: ${JSON.stringify(statuses)}; ${found.thrown.length} thrown, ${found.unlike.length} unlike themselves, ${found.slow.length} over ${values.over} ms`);
for (const what of found.thrown.slice(0, 10)) console.log(`thrown  ${what}`);
for (const what of found.unlike.sort((x, y) => x.length - y.length).slice(0, 10)) console.log(`unlike  ${what}`);
for (const { ms, what } of found.slow.sort((x, y) => y.ms - x.ms).slice(0, 15)) console.log(`${ms.toFixed(0).padStart(5)} ms  ${what}`);
process.exitCode = found.thrown.length + found.unlike.length === 0 ? 0 : 100;

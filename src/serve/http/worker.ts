/** A thread that scores: compiles the specs itself, then answers bodies, many a message, or scores rollouts that another thread asks about. */
import { Buffer } from "node:buffer";
import { parentPort, workerData } from "node:worker_threads";
import { CAPABILITIES, type CapabilityProvider } from "../../core/capabilities.ts";
import { GuerdonError } from "../../core/errors.ts";
import type { Rollout } from "../../core/rollout.ts";
import { VERSION } from "../../core/version.ts";
import { openNeeded } from "../../pipeline/capabilities.ts";
import { finisher, lostOutcome } from "../../pipeline/evaluate.ts";
import { compileSource, evaluator, type CompiledReward, type MethodResolver, type RowScore } from "../../pipeline/index.ts";
import { blocksOf, bodyReader } from "./blocks.ts";
import { databaseFolders, fencedQuery } from "./databases.ts";
import { answerBody, type Answer, type Desk, type LoadedSpec } from "./body.ts";
import type { Contract, ContractChoice } from "../contract.ts";
import { restored, threadFault } from "./faults.ts";
import { openRoutes } from "./routes.ts";
import type { BodiesMessage, FromThread, SpecFacts, ThreadFault, ThreadStart, ThreadTally, ToThread } from "./protocol.ts";

/** Bytes of answers that are sent on before the rest of a message is scored. */
const SEND_BYTES = 32 << 10;

interface Thread {
  readonly facts: readonly SpecFacts[];
  hear(message: ToThread): void;
}

type Say = (message: FromThread, transfer?: ArrayBuffer[]) => void;

async function open(start: ThreadStart, say: Say, end: () => void): Promise<Thread> {
  const [{ resolveMethod, openCapabilities }, { contracts }] = (await Promise.all([import(start.methodsUrl), import(start.contractsUrl)])) as [
    { resolveMethod: MethodResolver; openCapabilities?: CapabilityProvider },
    { contracts: readonly Contract[] },
  ];
  const choices = start.contracts.map(({ name, nulls, settings }): ContractChoice => ({ contract: contracts.find((each) => each.name === name)!, nulls, settings }));
  const states = new Map<string, unknown>();
  for (const { contract, settings } of choices) if (contract.open !== undefined) states.set(contract.name, await contract.open(settings));
  const compiled = await Promise.all(start.specs.map(async ({ name, source }) => ({ name, compiled: await compileSource(source, resolveMethod) })));
  const opened = await openNeeded(start.opens, start.capabilities, openCapabilities);
  const { query, execute } = opened.given;
  if (execute !== undefined) say({ kind: "isolation", isolation: execute.isolation });
  const given = query === undefined ? opened.given : { ...opened.given, query: fencedQuery(query, databaseFolders(compiled.map((each) => each.compiled))) };

  const current = new Int32Array(start.current);
  const asks = asker(say);
  const specs = compiled.map(({ name, compiled: reward }, index): LoadedSpec => {
    const here = evaluator(reward, { seed: reward.plan.seed, ...given });
    const away = reward.plan.needs.some((need) => (CAPABILITIES as readonly string[]).includes(need));
    const lost = finisher(reward)(lostOutcomes(reward));
    return {
      name,
      compiled: reward,
      score: (rollouts, { job, apart }) => (away || apart ? asks.ask(job, index, rollouts).then((scores) => scores.map((score) => score ?? lost)) : scoreHere(here, rollouts, current, job)),
    };
  });
  const names = specs.map(({ name }) => name ?? "default");
  const desk: Desk = { routes: openRoutes(choices), specs, states, items: start.items, heapBytes: start.memoryMb * 2 ** 20, facts: { version: VERSION, specs: names }, methods: resolveMethod, capabilities: given };
  const stops = new Map<number, AbortController>();
  const bodies = bodyAnswerer(desk, start.memory, current, stops, say);

  const scoreRows = async (id: number, spec: number, rollouts: readonly Rollout[]): Promise<void> => {
    const stop = new AbortController();
    stops.set(id, stop);
    const reward = compiled[spec]!.compiled;
    // A scorer of its own, since what is waited for is told by its signal.
    const evaluate = evaluator(reward, { seed: reward.plan.seed, ...given, signal: stop.signal });
    let scores: readonly RowScore[] | ThreadFault;
    try {
      scores = await scoreHere(evaluate, rollouts, current, id);
    } catch (error) {
      scores = threadFault(error);
    }
    stops.delete(id);
    say({ kind: "rows", id, scores });
  };

  return {
    facts: compiled.map(({ name, compiled: { plan } }) => ({ name, hash: plan.hash, reduces: plan.reduces, needs: plan.needs })),
    hear(message) {
      switch (message.kind) {
        case "bodies":
          return bodies(message);
        case "rows":
          return void scoreRows(message.id, message.spec, message.rollouts);
        case "scores":
          return asks.answered(message.ask, message.scores);
        case "abort":
          return stops.get(message.id)?.abort(new GuerdonError("state", "nobody waits for this any more"));
        case "ping":
          return say({ kind: "pong", at: message.at, heapBytes: process.memoryUsage().heapUsed });
        case "close":
          return void opened.close().finally(end);
      }
    },
  };
}

function lostOutcomes({ nodes }: CompiledReward): ReturnType<typeof lostOutcome>[] {
  return nodes.filter(({ reads }) => reads === "rollout").map(() => lostOutcome("the worker that scored this row died twice"));
}

/** Scores for a job. @throws GuerdonError (state) between two items where nobody waits for it any more */
function scoreHere(evaluate: ReturnType<typeof evaluator>, rollouts: readonly Rollout[], current: Int32Array, job: number): RowScore[] | Promise<RowScore[]> {
  const before = current[0]!;
  current[0] = job;
  current[2] = 0;
  let scores: (RowScore | Promise<RowScore>)[];
  try {
    scores = rollouts.map((rollout) => {
      current[1]!++;
      if (current[2] === job) throw new GuerdonError("state", "nobody waits for this any more");
      return evaluate(rollout);
    });
  } finally {
    current[0] = before;
  }
  return scores.some((score) => score instanceof Promise) ? Promise.all(scores) : (scores as RowScore[]);
}

interface Asks {
  ask(job: number, spec: number, rollouts: readonly Rollout[]): Promise<readonly (RowScore | null)[]>;
  answered(ask: number, scores: readonly (RowScore | null)[] | ThreadFault): void;
}

/** Rollouts that are scored in another thread, through the main one. */
function asker(say: Say): Asks {
  const waiting = new Map<number, { readonly done: (scores: readonly (RowScore | null)[]) => void; readonly failed: (error: unknown) => void }>();
  let asked = 0;
  return {
    ask(job, spec, rollouts) {
      const ask = ++asked;
      say({ kind: "ask", ask, job, spec, rollouts });
      return new Promise((done, failed) => waiting.set(ask, { done, failed }));
    },
    answered(ask, scores) {
      const { done, failed } = waiting.get(ask)!;
      waiting.delete(ask);
      if (Array.isArray(scores)) done(scores as readonly (RowScore | null)[]);
      else failed(restored(scores as ThreadFault));
    },
  };
}

/** Answers the bodies of a message; those that wait for something are answered when they have it. */
function bodyAnswerer(desk: Desk, memory: SharedArrayBuffer, current: Int32Array, stops: Map<number, AbortController>, say: Say): (message: BodiesMessage) => void {
  const read = bodyReader(memory);
  return ({ ids, routes, parts, lengths, blocks, apart }) => {
    const out = new Answers(say);
    const pending: number[] = [];
    let at = 0;
    ids.forEach((id, i) => {
      const body = read(blocks.slice(at, (at += blocksOf(lengths[i]!))), lengths[i]!);
      current[0] = id;
      const signal = (): AbortSignal => {
        const stop = new AbortController();
        stops.set(id, stop);
        return stop.signal;
      };
      const answer = answerBody(desk, routes[i]!, body, parts[i]!, { job: id, apart }, signal);
      current[0] = 0;
      if (!(answer instanceof Promise)) return out.add(id, answer);
      pending.push(id);
      void answer.then((settled) => {
        stops.delete(id);
        const late = new Answers(say);
        late.add(id, settled);
        late.send();
      });
    });
    out.send();
    if (pending.length > 0) say({ kind: "pending", ids: pending });
  };
}

/** Answers on their way: many a message. */
class Answers {
  readonly #say: Say;
  #ids: number[] = [];
  #answers: Answer[] = [];
  #room = 0;

  constructor(say: Say) {
    this.#say = say;
  }

  add(id: number, answer: Answer): void {
    this.#ids.push(id);
    this.#answers.push(answer);
    // A character is three bytes at most.
    this.#room += answer.frame?.length ?? answer.text.length * 3;
    if (this.#room >= SEND_BYTES * 3) this.send();
  }

  send(): void {
    if (this.#ids.length === 0) return;
    const buffer = Buffer.allocUnsafeSlow(this.#room);
    let at = 0;
    const lengths = this.#answers.map(({ text, frame }) => {
      if (frame !== undefined) buffer.set(frame, at);
      const length = frame?.length ?? buffer.write(text, at, "utf8");
      at += length;
      return length;
    });
    const bytes = new Uint8Array(buffer.buffer, 0, at);
    say(this.#say, this.#ids, this.#answers, lengths, bytes);
    this.#ids = [];
    this.#answers = [];
    this.#room = 0;
  }
}

function say(to: Say, ids: readonly number[], answers: readonly Answer[], lengths: readonly number[], bytes: Uint8Array<ArrayBuffer>): void {
  to(
    {
      kind: "answers", ids, lengths, bytes,
      statuses: answers.map(({ status }) => status),
      items: answers.map(({ items }) => items),
      plans: answers.map(({ plan }) => plan),
      codes: answers.map(({ code }) => code),
      errors: answers.map(({ error }) => error),
      tally: tallyOf(answers),
    },
    [bytes.buffer],
  );
}

/** What was scored, counted; null where nothing was. */
function tallyOf(answers: readonly Answer[]): ThreadTally | null {
  const statuses: Record<string, number> = {};
  const nulls: Record<string, number> = {};
  let any = false;
  for (const { rows } of answers)
    for (const { verdicts, reward } of rows) {
      any = true;
      let why = "no-number";
      for (const name in verdicts) {
        const { status, reason } = verdicts[name]!;
        statuses[status] = (statuses[status] ?? 0) + 1;
        if (status === "undecided") why = reason.code;
      }
      if (reward === null) nulls[why] = (nulls[why] ?? 0) + 1;
    }
  return any ? { statuses, nulls } : null;
}

if (parentPort !== null) {
  const port = parentPort;
  const say: Say = (message, transfer = []) => port.postMessage(message, transfer);
  open(workerData as ThreadStart, say, () => process.exit()).then(
    (thread) => {
      say({ kind: "ready", specs: thread.facts });
      port.on("message", (message: ToThread) => thread.hear(message));
    },
    (error: unknown) => {
      say({ kind: "failed", fault: threadFault(error) });
      port.close();
    },
  );
}

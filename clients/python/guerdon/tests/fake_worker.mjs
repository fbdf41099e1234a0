// A worker that fails on purpose, for what the engine's own does not do on demand. Speaks the frames of `guerdon worker --frames`.
// A response is right when it equals its reference; some do other things:
//   DIE             the process is killed                 DIE ONCE PATH   killed, unless the file is there, which is then made
//   HANG            no answer to this one, nor to others  SLOW MS         answers after so long; others are answered meanwhile
//   NOISE           a line on standard error              NULL, DOWN      undecided        NULL ONCE PATH  undecided the first time
import { closeSync, existsSync, openSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const specs = new Map();
let hung = false;
let rest = Buffer.alloc(0);

const first = (path) => !existsSync(path) && (closeSync(openSync(path, "w")), true);
const undecided = (code) => ({ status: "undecided", score: null, extracted: null, reason: { code, text: "made up" } });

async function judge(response, reference) {
  if (response === "DIE" || (response.startsWith("DIE ONCE ") && first(response.slice(9)))) {
    writeSync(2, "about to die\n");
    process.kill(process.pid, "SIGKILL");
    await sleep(60_000);
  }
  if (response === "HANG") hung = true;
  if (response === "NOISE") writeSync(2, "a noise\n");
  if (response.startsWith("SLOW ")) await sleep(Number(response.slice(5)));
  if (response === "NULL") return undecided("bad-reference");
  if (response === "DOWN" || (response.startsWith("NULL ONCE ") && first(response.slice(10)))) return undecided("infrastructure");
  const right = response === String(reference) || response.startsWith("DIE ONCE ") || response.startsWith("SLOW ") || response.startsWith("NULL ONCE ");
  return { status: right ? "correct" : "incorrect", score: right ? 1 : 0, extracted: response, reason: { code: right ? "equal" : "different", text: `by ${process.pid}` } };
}

const facts = ({ credit }) => ({ reduces: credit === undefined ? "row" : "group", names: ["correct"], columns: {} });

const calls = {
  open: ({ spec }) => {
    if (spec.guerdon !== 1) throw { code: "spec", message: "guerdon: must be 1" };
    const handle = `h${specs.size}-${process.pid}`;
    specs.set(handle, spec);
    return { handle, ...facts(spec) };
  },
  hello: () => ({ spec: facts(process.argv.includes("--reward") ? {} : { credit: "credit/group-relative" }) }),
  verify: async ({ items }) => ({ verdicts: await Promise.all(items.map(({ response, reference }) => judge(response, reference))) }),
  score: async ({ spec, rollouts, split }) => {
    if (spec !== undefined && !specs.has(spec)) throw { code: "spec", message: `no spec ${spec} is open` };
    for (const row of split === true ? rollouts : []) {
      if (!row.query.startsWith(row.prompt)) throw { code: "format", message: "rollouts[0].query: cannot be told apart" };
      row.response = row.query.slice(row.prompt.length).replace("<|im_end|>", "");
    }
    const rows = await Promise.all(
      rollouts.map(async (row) => {
        const verdict = await judge(row.response ?? row.completion?.at?.(-1)?.content ?? row.completion, row.reference ?? row.answer ?? row.ground_truth);
        return { rewards: { correct: verdict.score }, verdicts: { correct: verdict }, reward: verdict.score, advantage: null };
      }),
    );
    return { rows, plan: "hash" };
  },
  methods: ({ id }) => ({ methods: [{ id: id ?? "credit/group-relative", presets: ["verl@0.9.1"] }] }),
  echo: (body) => body,
};

function reply(id, fields, payload = Buffer.alloc(0)) {
  const head = Buffer.from(JSON.stringify({ id, arrays: [], ...fields }));
  const prefix = Buffer.alloc(16);
  prefix.write("GDN1");
  prefix.writeUInt32LE(head.length, 4);
  prefix.writeBigUInt64LE(BigInt(payload.length), 8);
  process.stdout.write(Buffer.concat([prefix, head, payload]));
}

async function answer({ id, call, body, arrays }, payload) {
  try {
    if (call === "echo") return reply(id, { body, arrays }, payload);
    const answered = await calls[call](body);
    if (!hung) reply(id, { body: answered });
  } catch (error) {
    reply(id, { error: error.code ? error : { code: "unexpected", message: String(error) } });
  }
}

process.stdin.on("data", (data) => {
  rest = Buffer.concat([rest, data]);
  for (;;) {
    if (rest.length < 16) return;
    const head = rest.readUInt32LE(4);
    const payload = Number(rest.readBigUInt64LE(8));
    if (rest.length < 16 + head + payload) return;
    void answer(JSON.parse(rest.subarray(16, 16 + head).toString()), Buffer.from(rest.subarray(16 + head, 16 + head + payload)));
    rest = rest.subarray(16 + head + payload);
  }
});

/** What `npm run new` writes: a method that compiles, lints and documents itself, and a golden test that fails until it has a value with a source. */
import { exportName, type MethodKind } from "../src/core/method.ts";

export interface Scaffold {
  readonly method: string;
  readonly test: string;
  /** The room's registry with one line more. */
  readonly index: string;
}

/** The kind a room's methods have unless another is named. */
export const kindOfRoom: Readonly<Record<string, MethodKind>> = {
  verify: "verifier",
  shaping: "kernel",
  credit: "kernel",
  objective: "objective",
  judge: "reward",
  steps: "reward",
  search: "procedure",
  curate: "procedure",
  train: "procedure",
};

interface Names {
  readonly id: string;
  readonly name: string;
  readonly file: string;
  readonly options: string;
}

const scaleOption = `  /** Factor on the result. */
  readonly scale: number;`;
const scaleSchema = `options: z.strictObject({ scale: z.number().default(1) }),`;

const doc = (text: string, example: string): string => `/**
 * ${text}
 *
 *     the formula, with its indices
 *
 * Limits: what a degenerate but defined input gives.
 *
${example}
 */`;

const methods: Readonly<Record<MethodKind, (names: Names) => string>> = {
  kernel: ({ id, name, options }) => `import { z } from "zod";
import { defineKernel, type Kernel, type Series } from "../core/method.ts";
import { requireFinite } from "../core/numeric.ts";

export interface ${options} {
${scaleOption}
}

${doc(
  "What it computes, in one sentence.",
  ` * @param rewards shape [G], reward units
 * @returns shape [G], reward units; a new array
 * @throws NonFiniteError
 * @see Authors year, title, arXiv number, equation
 * @example ${name}([1, 2], { scale: 2 }) // => [2, 4]`,
)}
export const ${name}: Kernel<[rewards: Series], ${options}, Float64Array> = /* @__PURE__ */ defineKernel({
  id: "${id}",
  reduces: "group",
  args: ["rewards"],
  ${scaleSchema}
  run(rewards: Series, { scale }: ${options}): Float64Array {
    requireFinite("${name}", "rewards", rewards);
    return Float64Array.from(rewards, (reward) => scale * reward);
  },
});
`,
  objective: ({ id, name, options }) => `import { z } from "zod";
import { defineObjective, type Objective, type ObjectiveResult, type Series } from "../core/method.ts";
import { requireFinite, sum } from "../core/numeric.ts";

export interface ${options} {
${scaleOption}
}

/** Inputs of \`${name}\`. */
export interface ${options.replace(/Options$/, "Inputs")} {
  /** Log-probabilities under the current policy, shape [T], nats. */
  readonly logprobs: Series;
}

${doc(
  "What it penalises, in one sentence.",
  ` * @returns value, gradient by input, metrics
 * @throws NonFiniteError
 * @see Authors year, title, arXiv number, equation
 * @example ${name}({ logprobs: [-1, -2] }).value // => 3`,
)}
export const ${name}: Objective<${options.replace(/Options$/, "Inputs")}, "logprobs", ${options}> = /* @__PURE__ */ defineObjective({
  id: "${id}",
  reduces: "batch",
  inputs: { logprobs: "required" },
  ${scaleSchema}
  run({ logprobs }: ${options.replace(/Options$/, "Inputs")}, { scale }: ${options}): ObjectiveResult<"logprobs"> {
    requireFinite("${name}", "logprobs", logprobs);
    const losses = Float64Array.from(logprobs, (logprob) => -scale * logprob);
    return { value: sum(losses), losses, gradient: { logprobs: new Float64Array(logprobs.length).fill(-scale) }, metrics: {} };
  },
});
`,
  verifier: ({ id, name, options }) => `import { z } from "zod";
import { defineVerifier, type PreparedVerifier, type Verifier } from "../core/method.ts";
import { correct, incorrect } from "../core/verdict.ts";

export interface ${options} {
  /** Ignore blanks at both ends. */
  readonly trim: boolean;
}

${doc(
  "What it accepts, in one sentence.",
  ` * @param response  the response
 * @param reference a right answer
 * @see where the rule is written down
 * @example ${name}(" 42 ", "42").status // => "correct"`,
)}
export const ${name}: Verifier<string, ${options}> = /* @__PURE__ */ defineVerifier({
  id: "${id}",
  options: z.strictObject({ trim: z.boolean().default(true) }),
  prepare(reference: string, { trim }: ${options}): PreparedVerifier {
    return (response) => {
      const extracted = trim ? response.trim() : response;
      return extracted === reference ? correct("equal", "equal as text", { extracted }) : incorrect("different", "different as text", { extracted });
    };
  },
});
`,
  reward: ({ id, name, options }) => `import { z } from "zod";
import { defineRewardMethod, type RewardMethod } from "../core/method.ts";
import type { Capabilities, RewardValue } from "../core/reward.ts";
import { responseText, type Rollout } from "../core/rollout.ts";

export interface ${options} {
${scaleOption}
}

${doc(
  "What it rewards, in one sentence.",
  ` * @returns one number a rollout, reward units
 * @see Authors year, title, arXiv number, equation
 * @example ${name}({ id: "1", group: "1", prompt: "", response: "four" }).values // => [4]`,
)}
export const ${name}: RewardMethod<${options}> = /* @__PURE__ */ defineRewardMethod({
  id: "${id}",
  ${scaleSchema}
  run(rollout: Rollout, _capabilities: Capabilities, { scale }: ${options}): RewardValue {
    return { scope: "rollout", values: [scale * responseText(rollout).length], provenance: { method: "${id}" } };
  },
});
`,
  procedure: ({ id, name, options }) => `import { z } from "zod";
import { defineProcedure, type Procedure } from "../core/method.ts";

export interface ${options} {
  /** Number of events. */
  readonly n: number;
}

${doc(
  "What it looks for, in one sentence.",
  ` * @returns the last event's value
 * @see Authors year, title, arXiv number, algorithm
 * @example (await ${name}({ start: 3 }, { n: 1 }).next()).value // => 3`,
)}
export const ${name}: Procedure<{ readonly start: number }, ${options}, number, number> = /* @__PURE__ */ defineProcedure({
  id: "${id}",
  options: z.strictObject({ n: z.int().min(1).default(4) }),
  async *run({ start }: { readonly start: number }, { n }: ${options}): AsyncGenerator<number, number, void> {
    for (let i = 0; i < n; i++) yield start + i;
    return start + n - 1;
  },
});
`,
};

/** One value of a method's call, compared with the golden value. */
const callOf: Readonly<Record<MethodKind, (name: string) => string>> = {
  kernel: (name) => `Array.from(${name}(input))`,
  objective: (name) => `${name}({ logprobs: input }).value`,
  verifier: (name) => `${name}(String(input[0]), "42").status`,
  reward: (name) => `${name}({ id: "1", group: "1", prompt: "", response: String(input[0]) })`,
  procedure: (name) => `${name}({ start: input[0] ?? 0 }).next()`,
};

const test = (kind: MethodKind, { name, file }: Names): string => `import { describe, expect, it } from "vitest";
import { OptionError } from "../core/errors.ts";
import { ${name} } from "./${file}.ts";

/** Worked examples: where each value comes from stands beside it. */
const golden: readonly { readonly source: string; readonly input: readonly number[]; readonly expected: unknown }[] = [];

describe("golden", () => {
  it("has a worked example with its source", () => expect(golden.length).toBeGreaterThan(0));

  it("gives the worked values", async () => {
    for (const { source, input, expected } of golden) expect(await ${callOf[kind](name)}, source).toEqual(expected);
  });
});

describe("limits", () => {
  it("refuses unknown options", () => {
    // @ts-expect-error a misspelt option does not compile
    expect(() => ${name}.with({ noSuchOption: 1 })).toThrow(OptionError);
  });
});
`;

/** The registry with the export line of a method, in alphabetical order among the lines like it. */
export function withExport(index: string, file: string, line: string): string {
  const lines = index.split("\n");
  const isExport = (text: string): RegExpExecArray | null => /^export \{.*\} from "\.\/([a-z0-9/-]+)\.ts";$/.exec(text);
  let at = lines.findIndex((text) => (isExport(text)?.[1] ?? "") > file);
  if (at < 0) at = lines.findLastIndex((text) => isExport(text) !== null) + 1;
  if (at === 0) at = lines.findLastIndex((text) => text !== "") + 1;
  return [...lines.slice(0, at), line, ...lines.slice(at)].join("\n");
}

/** The files of a new method; in a large room it lies in the folder of its family. */
export function scaffold(id: string, kind: MethodKind, index: string, family: string | null = null): Scaffold {
  const name = exportName(id);
  const file = id.slice(id.indexOf("/") + 1);
  const names: Names = { id, name, file, options: `${name[0]!.toUpperCase()}${name.slice(1)}Options` };
  const types = kind === "objective" ? `type ${names.options.replace(/Options$/, "Inputs")}, type ${names.options}` : `type ${names.options}`;
  const path = family === null ? file : `${family}/${file}`;
  const placed = (text: string): string => (family === null ? text : text.replaceAll('from "../', 'from "../../'));
  return { method: placed(methods[kind](names)), test: placed(test(kind, names)), index: withExport(index, path, `export { ${name}, ${types} } from "./${path}.ts";`) };
}

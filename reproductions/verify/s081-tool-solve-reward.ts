/**
 * s081, FTRL: turn rewards by what the tools answered, on rows in the published format.
 *
 * The rows are messages with `<tool_call>` text, answers of the tools and an `unsolved_set`; what each turn is due was computed by the released functions
 * (bytedance/FTRL 3ea979b4, Code/verl/utils/reward_score/tool.py) in all four variants, and by the hand of the catalogue row.
 */
import { override, reproduce, type Reproduction } from "../../src/catalog/index.ts";
import { readSolveEpisode, toolSolveReward } from "../../src/verify/index.ts";

type Variant = "precision" | "rate" | "product" | "f1";

interface Row {
  readonly unsolved_set: string;
  readonly answer: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

function turn(...calls: readonly (readonly [name: string, feedback: string])[]): Row["messages"] {
  const text = calls.map(([name]) => `<tool_call>\n{"name": "${name}", "arguments": {"q": "x"}}\n</tool_call>`).join("\n");
  return [{ role: "assistant", content: `I look.\n${text}<|im_end|>` }, ...calls.map(([, content]) => ({ role: "tool", content }))];
}

function says(content: string): Row["messages"] {
  return [{ role: "assistant", content }];
}

const rows: readonly { readonly row: Row; readonly due: Readonly<Record<Variant, readonly number[]>>; readonly episode: readonly [precision: number, rate: number, f1: number] }[] = [
  {
    row: {
      unsolved_set: '{"weather": ["7"], "places": ["Oslo, Norway", "1,234", "blue"]}',
      answer: "Forty Two",
      messages: [...turn(["weather", "It is 7."], ["places", "in norway, OSLO"], ["weather", "It is 7."])],
    },
    due: { precision: [2 / 3], rate: [2], product: [4 / 3], f1: [1] },
    episode: [2 / 3, 1 / 2, 4 / 7],
  },
  {
    row: {
      unsolved_set: '{"f": ["7", "blue"]}',
      answer: "Forty Two",
      messages: [...says(""), ...says("x </tool_call>"), ...says("the answer is forty two"), ...turn(["f", "7"], ["f", "nothing"]), ...turn(["f", "7"], ["f", "Blue"]), ...says("I do not know"), ...says("Forty, two")],
    },
    due: { precision: [-0.5, -0.3, 1 / 3, 1 / 2, 1 / 2, 0.5, 1], rate: [-0.5, -0.3, 1 / 3, 1, 1, 0.5, 1], product: [-0.5, -0.3, 1 / 3, 1 / 2, 1 / 2, 0.5, 1], f1: [-0.5, -0.3, 1 / 3, 2 / 3, 2 / 3, 0.5, 1] },
    episode: [2 / 4, 1, 4 / 6],
  },
];

export const reproduction: Reproduction = reproduce({
  system: "s081",
  level: "protocol",
  uses: [toolSolveReward],
  claim: {
    text: "On rows in the published format, turn rewards of all four variants, of quiet turns, and the episode's precision, rate and F1 are the released code's; an output that is found again and again is paid once.",
    source: "Ye et al. 2025, arXiv:2508.08791, and its released code; catalogue row s081",
    measures: { rowsError: { within: 1e-12 }, repeatedError: { within: 1e-12 } },
    limits: "What the tools answer is part of the rows: building the environments is not shown here. 120 drawn episodes against the released code are in the tests.",
  },
  setting: {},
  run([reward], { random }) {
    let worst = 0;
    for (const { row, due, episode } of rows) {
      const { turns, required, answer } = readSolveEpisode({ ...row });
      for (const [metric, wanted] of Object.entries(due) as [Variant, readonly number[]][]) {
        const got = reward(turns, required, answer, { metric });
        worst = Math.max(worst, Math.abs(got.precision - episode[0]), Math.abs(got.rate - episode[1]), Math.abs(got.f1 - episode[2]), Math.abs(got.rewards.length - wanted.length), ...wanted.map((value, t) => Math.abs(value - got.rewards[t]!)));
      }
    }
    // One output found again and again: what is paid for the repetition.
    const times = 2 + random.integer(4);
    const { turns, required } = readSolveEpisode({ unsolved_set: { f: ["7"] }, messages: Array.from({ length: times }, () => turn(["f", "7"])).flat() });
    const paid = reward(turns, required, null, { metric: "rate" }).rewards.reduce((a, b) => a + b, 0);
    return { rowsError: worst, repeatedError: Math.abs(paid - 1) };
  },
  controls: {
    ablation: { text: "without consumption: an output is found as often as it is answered", methods: [override(toolSolveReward, { consume: false })] },
    rival: { none: "the claim is of equal numbers, which nothing can be nearer to" },
  },
  shouldNotHelp: { none: "the numbers are equal in every setting" },
});

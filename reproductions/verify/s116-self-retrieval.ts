/**
 * s116, self-retrieval captioning: the reward as numbers over similarities, its hand counts on three bags, and what the contrast of a bag
 * of look-alikes teaches a captioner.
 *
 * Setting: images are eight attributes of three values. In a bag of six the images agree in all attributes but two, which tell each from
 * the others. A caption names two attributes with the image's values; its similarity to an image is the share of named values that are right.
 * The captioner, a softmax over attributes shared by all bags of a world, learns by policy gradient with the mean as baseline. Measured: exact
 * recall at 1 of greedy captions, and of sampled ones, on bags it never saw.
 */
import { replace, reproduce, type Reproduction, type RunContext } from "../../src/catalog/index.ts";
import { mean, softmax } from "../../src/core/numeric.ts";
import type { RandomStream } from "../../src/core/random.ts";
import type { Meter } from "../../src/lab/index.ts";
import { selfRetrieval } from "../../src/verify/index.ts";

interface Setting {
  /** Attributes in which the images of a bag differ: the first so many. */
  readonly telling: number;
}

type Method = typeof selfRetrieval;
type Image = readonly number[];

const ATTRIBUTES = 8;
const VALUES = 3;
const BAG = 6;
const UPDATES = 60;
const TEST_BAGS = 40;
const TEMPERATURE = 0.1;

function drawBag({ telling }: Setting, random: RandomStream): Image[] {
  const shared = Array.from({ length: ATTRIBUTES }, () => random.integer(VALUES));
  const marks = random.shuffle(Array.from({ length: VALUES ** 2 }, (_, k) => [Math.floor(k / VALUES), k % VALUES])).slice(0, BAG);
  return marks.map((own) => shared.map((value, k) => (k < telling ? own[k]! : value)));
}

/** Row i: the similarities of the caption of image i, which names these attributes, to every image. */
function similarities(bag: readonly Image[], named: readonly (readonly number[])[]): number[][] {
  return bag.map((image, i) => bag.map((other) => mean(named[i]!.map((k) => (image[k] === other[k] ? 1 : 0)))));
}

/** Two different attributes, and the gradient of their log-probability. */
function drawCaption(logits: Float64Array, random: RandomStream): { readonly named: number[]; readonly gradient: Float64Array } {
  const first = random.choice(softmax(logits));
  const rest = logits.map((x, k) => (k === first ? -Infinity : x));
  const second = random.choice(softmax(rest));
  const [p, q] = [softmax(logits), softmax(rest)];
  return { named: [first, second], gradient: logits.map((_, k) => (k === first ? 1 : 0) - p[k]! + (k === second ? 1 : 0) - q[k]!) };
}

function recall(method: Method, logits: Float64Array, setting: Setting, random: RandomStream): number {
  return mean(
    Array.from({ length: TEST_BAGS }, (_, i) => {
      const own = random.split("bag", i);
      const bag = drawBag(setting, own);
      return mean(method(similarities(bag, bag.map(() => drawCaption(logits, own).named)), { metric: "hit" }));
    }),
  );
}

/** Recall at 1 that the reward teaches, on new bags; counted by the library's own hits whatever the arm. */
function learned(method: Method, { setting, random, meter }: RunContext<Setting>): number {
  let logits = new Float64Array(ATTRIBUTES);
  for (let update = 0; update < UPDATES; update++) {
    const own = random.split("train", update);
    const bag = drawBag(setting, own);
    const captions = bag.map(() => drawCaption(logits, own));
    const rewards = method(similarities(bag, captions.map(({ named }) => named)), { metric: "logprob", temperature: TEMPERATURE });
    const centre = mean(rewards);
    spend(meter);
    logits = logits.map((x, k) => x + 0.05 * captions.reduce((sum, { gradient }, i) => sum + (rewards[i]! - centre) * gradient[k]!, 0)) as Float64Array<ArrayBuffer>;
  }
  return recall(selfRetrieval, logits, setting, random.split("test"));
}

function spend(meter: Meter): void {
  meter.spend("samples", BAG);
  meter.spend("queries", BAG * BAG);
  meter.spend("updates");
}

/** Recall at 1 of three bags counted by hand, look-alikes at log 1/n, a tie, a bag of one. */
function handError(method: Method): number {
  const bags: readonly (readonly [readonly (readonly number[])[], number])[] = [
    [[[0.9, 0.2, 0.1], [0.3, 0.8, 0.4], [0.5, 0.6, 0.4]], 2 / 3],
    [[[0.5, 0.5], [0.1, 0.2]], 1 / 2],
    [[[0.1, 0.9], [0.9, 0.1]], 0],
  ];
  const alike = Array.from({ length: 5 }, () => Array<number>(5).fill(0.31));
  const clear = method([[1, 0], [0, 1]], { metric: "logprob", temperature: 0.01 });
  return Math.max(
    ...bags.map(([rows, hits]) => Math.abs(mean(method(rows, { metric: "hit" })) - hits)),
    ...Array.from(method(alike, { metric: "logprob", temperature: 0.07 }), (r) => Math.abs(r - Math.log(1 / 5))),
    ...Array.from(method(alike, { metric: "hit" })),
    ...Array.from(clear, Math.abs),
    Math.abs(method([[0.4]], { metric: "logprob" })[0]!),
    Math.abs(method([[0.4]], { metric: "hit" })[0]! - 1),
    Math.abs(method([[0.2, 0.1], [0.1, 0.2]], { metric: "logprob", temperature: 0.1 })[0]! + Math.log(1 + Math.exp(-1))),
  );
}

const measure = (method: Method, context: RunContext<Setting>): Record<"recall" | "handError", number> => ({ recall: learned(method, context), handError: handError(method) });

export const reproduction: Reproduction = reproduce({
  system: "s116",
  level: "protocol",
  uses: [selfRetrieval],
  claim: {
    text: "Both forms of the reward give the hand counts of recall at 1 and of look-alikes, and the log-probability within a bag of look-alikes teaches captions that find their image more often than similarity to the image itself does, and than hits alone at equal updates.",
    source: "Gaur et al. 2024, arXiv:2409.03025; catalogue row s116",
    measures: { handError: { within: 1e-12 }, recall: { direction: "higher", margin: 0.1 } },
    limits: "Similarities are passed in: no images, no encoder, none of TrueMatch's bags, whose rows are not public to us; temperature and form of the published reward are uncertain. The curriculum over bags is not shown.",
  },
  setting: { telling: 2 },
  run: ([method], context) => measure(method, context),
  controls: {
    ablation: { text: "no contrast: the text's similarity to its own image", methods: [replace(selfRetrieval, (rows) => Float64Array.from(rows, (row, i) => row[i]!))] },
    rival: {
      text: "hits alone: 1 where the own image is first, ties a miss",
      methods: [replace(selfRetrieval, (rows) => selfRetrieval(rows, { metric: "hit" }))],
    },
  },
  shouldNotHelp: { text: "bags of one image many times: nothing tells them apart", setting: { telling: 0 } },
});

import { z } from "zod";
import { ShapeError } from "../core/errors.ts";
import { defineKernel, type Kernel, type Series } from "../core/method.ts";
import { logSumExp, requireFinite } from "../core/numeric.ts";

export interface SelfRetrievalOptions {
  /** `logprob`: log-probability that the text finds its own image; `hit`: 1 if its own image is first. */
  readonly metric: "logprob" | "hit";
  /** T: of the softmax of `logprob`. */
  readonly temperature: number;
}

/**
 * Self-retrieval: does a text find the image it was written for among the images of its bag?
 *
 *     logprob:  r[i] = log softmaxⱼ( s[i][j] / T )ᵢ        hit:  r[i] = 1 if s[i][i] > s[i][j] for every j ≠ i, else 0
 *
 * The mean of `hit` over bags of look-alikes is the score of TrueMatch, recall at 1.
 *
 * Limits: a tie with another image is a miss. A bag of one gives 0 (log 1), or 1.
 *
 * @param similarities row i: the similarities of text i to every image of the bag, in the bag's order; square
 * @returns rewards, shape [n]: `logprob` ≤ 0 in nats, `hit` in {0, 1}
 * @throws ShapeError, NonFiniteError
 * @remarks The paper's temperature is not known to us; 0.01 is CLIP's own.
 * @see Gaur et al. 2024, No Detail Left Behind, arXiv:2409.03025
 * @example selfRetrieval([[0.9, 0.1], [0.5, 0.5]], { metric: "hit" }) // => [1, 0]
 */
export const selfRetrieval: Kernel<[similarities: readonly Series[]], SelfRetrievalOptions, Float64Array> = /* @__PURE__ */ defineKernel<[similarities: readonly Series[]], SelfRetrievalOptions, Float64Array>({
  id: "verify/self-retrieval",
  aliases: ["truematch"],
  paper: { title: "No Detail Left Behind: Revisiting Self-Retrieval for Fine-Grained Image Captioning", url: "https://arxiv.org/abs/2409.03025" },
  reduces: "group",
  args: ["similarities"],
  options: z.strictObject({ metric: z.enum(["logprob", "hit"]).default("logprob"), temperature: z.number().min(1e-6).max(1e6).default(0.01) }),
  run(similarities, { metric, temperature }) {
    return Float64Array.from(similarities, (row, i) => {
      requireFinite("selfRetrieval", `similarities[${i}]`, row);
      if (row.length !== similarities.length) throw new ShapeError(`selfRetrieval: similarities[${i}] must have one number an image, ${similarities.length}, got ${row.length}`);
      const own = row[i]!;
      if (metric === "hit") return Array.from(row).every((other, j) => j === i || other < own) ? 1 : 0;
      return 0 - logSumExp(Array.from(row, (other) => (other - own) / temperature));
    });
  },
});

/** The native API, which is always on: `POST /v1/score`, `/v1/verify`, `/v1/advantages`, `/v1/methods`, in JSON, or in frames where arrays are large. */
import { CAPABILITIES } from "../../core/capabilities.ts";
import { actionRoute, scoringRoute, type ActionContext, type Contract } from "../contract.ts";
import { Elsewhere, requireAtMost } from "../http/faults.ts";
import {
  advantages,
  advantagesAnswer,
  advantagesBody,
  asJson,
  methodRecords,
  methodsAnswer,
  methodsBody,
  readScore,
  scoreAnswer,
  scoreBody,
  verify,
  verifyAnswer,
  verifyBody,
  writeScore,
  type AdvantagesAnswer,
  type AdvantagesBody,
  type MethodsBody,
  type NativeContext,
  type ScoreAnswer,
  type ScoreBody,
  type VerifyAnswer,
  type VerifyBody,
} from "../native/index.ts";

/** What a call may use in this thread; what it needs beyond that is elsewhere. */
function contextOf({ methods, text, signal, capabilities }: ActionContext): Omit<NativeContext, "spec"> {
  return {
    methods,
    text,
    signal,
    async capabilities(names) {
      const missing = CAPABILITIES.filter((name) => names.includes(name) && capabilities[name] === undefined);
      if (missing.length > 0) throw new Elsewhere(missing);
      return capabilities;
    },
  };
}

export const native: Contract = {
  name: "native",
  summary: "Guerdon's own: scores of whole groups, verdicts, advantages, methods.",
  nulls: "said",
  sees: "group",
  routes: [
    scoringRoute<ScoreBody, ScoreAnswer>({
      method: "POST",
      path: "/v1/score",
      summary: "Rewards, verdicts and advantages of rollouts; groups must be whole",
      request: scoreBody,
      response: scoreAnswer,
      read: readScore,
      write: (_body, _asked, scores) => writeScore(scores),
    }),
    actionRoute<VerifyBody, VerifyAnswer>({
      method: "POST",
      path: "/v1/verify",
      summary: "Verdicts of one verifier on responses",
      request: verifyBody,
      response: verifyAnswer,
      needs: [],
      items: ({ items }) => items?.length ?? 1,
      async run(body, context) {
        requireAtMost(context.items, body.items?.length ?? 1);
        return verify(body, contextOf(context));
      },
    }),
    actionRoute<AdvantagesBody, AdvantagesAnswer>({
      method: "POST",
      path: "/v1/advantages",
      summary: "Advantages of packed rewards by a credit method",
      request: advantagesBody,
      response: advantagesAnswer,
      needs: [],
      items: () => 0,
      run: async (body, context) => asJson(await advantages(body, {}, context)) as AdvantagesAnswer,
    }),
    actionRoute<MethodsBody, { readonly methods: readonly object[] }>({
      method: "POST",
      path: "/v1/methods",
      summary: "Records of methods, with the JSON Schemas of their options",
      request: methodsBody,
      response: methodsAnswer as never,
      needs: [],
      items: () => 0,
      run: methodRecords,
    }),
  ],
};

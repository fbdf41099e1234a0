/** The native calls and the forms of their bodies and answers. */
export { advantages, advantagesAnswer, advantagesBody, asJson, type AdvantagesAnswer, type AdvantagesBody } from "./advantages.ts";
export type { NativeAnswer, NativeContext, OpenSpec } from "./call.ts";
export { methodRecords, methodsAnswer, methodsBody, type MethodsBody } from "./methods.ts";
export { readScore, rolloutsOf, score, scoreAnswer, scoreBody, scored, writeScore, type ScoreAnswer, type ScoreBody } from "./score.ts";
export { verify, verifyAnswer, verifyBody, type VerifyAnswer, type VerifyBody, type VerifyItem } from "./verify.ts";

/** Every contract that `--contract` may name. */
import type { Contract } from "../contract.ts";
import { embeddings } from "./embeddings.ts";
import { evalProtocol } from "./eval-protocol.ts";
import { nemoGym } from "./nemo-gym.ts";
import { openInstruct } from "./open-instruct.ts";
import { openrlhf } from "./openrlhf.ts";
import { reasoningGym } from "./reasoning-gym.ts";
import { sandboxFusion } from "./sandbox-fusion.ts";
import { slime } from "./slime.ts";
import { tei } from "./tei.ts";
import { vllm } from "./vllm.ts";

export const contracts: readonly Contract[] = [openrlhf, slime, nemoGym, evalProtocol, sandboxFusion, openInstruct, reasoningGym, vllm, embeddings, tei];

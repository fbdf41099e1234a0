/** Every contract that a server may have on: the native one, which it always has, and those that `--contract` names. */
import type { Contract } from "../contract.ts";
import { contracts as named } from "./index.ts";
import { native } from "./native.ts";

export const contracts: readonly Contract[] = [native, ...named];

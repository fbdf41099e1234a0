/** What the main thread and the threads that score say to each other. */
import type { CapabilityName, CapabilitySettings, Isolation } from "../../core/capabilities.ts";
import type { ErrorCode, ErrorDetails } from "../../core/errors.ts";
import type { Reduces } from "../../core/reward.ts";
import type { Rollout } from "../../core/rollout.ts";
import type { RewardSource } from "../../pipeline/index.ts";
import type { RowScore } from "../../pipeline/evaluate.ts";
import type { NullPolicy } from "../contract.ts";

/** A spec as threads get it: they compile it themselves. */
export interface SpecStart {
  /** Null is the default spec. */
  readonly name: string | null;
  readonly source: RewardSource;
}

/** A contract that is on, by name, since its functions do not cross threads. */
export interface ContractStart {
  readonly name: string;
  readonly nulls: NullPolicy;
  readonly settings: Readonly<Record<string, string>>;
}

/** What a thread is started with. */
export interface ThreadStart {
  readonly specs: readonly SpecStart[];
  readonly contracts: readonly ContractStart[];
  /** URL of a module that exports `contracts`. */
  readonly contractsUrl: string;
  /** URL of a module that exports `resolveMethod` and `openCapabilities`. */
  readonly methodsUrl: string;
  /** Capabilities that this thread opens; specs and actions that need one are scored where they are open. */
  readonly opens: readonly CapabilityName[];
  readonly capabilities: CapabilitySettings;
  readonly items: number;
  /** What the thread may hold. */
  readonly memoryMb: number;
  /**
   * Three integers: the id of the job that runs now, 0 between jobs, which tells what a thread died of; a count of items, which tells that it goes
   * on; and the id of a job that nobody waits for any more, which ends it between two items.
   */
  readonly current: SharedArrayBuffer;
  /** Where bodies stand, in blocks. */
  readonly memory: SharedArrayBuffer;
}

/** What is known of a compiled spec. */
export interface SpecFacts {
  readonly name: string | null;
  readonly hash: string;
  readonly reduces: Reduces;
  readonly needs: readonly string[];
}

/** An error as it crosses threads. */
export interface ThreadFault {
  readonly message: string;
  readonly code: ErrorCode | null;
  readonly details: ErrorDetails;
}

/** What came with a body, where anything did. */
export interface JobParts {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** The body is a frame. */
  readonly frame?: boolean;
}

/** Bodies to be answered: one message of many, since the message costs more than a small body. */
export interface BodiesMessage {
  readonly kind: "bodies";
  readonly ids: readonly number[];
  /** Index of each one's route in the list of routes. */
  readonly routes: readonly number[];
  readonly parts: readonly (JobParts | null)[];
  /** Bytes of each. */
  readonly lengths: readonly number[];
  /** Where they stand in the memory of bodies: the blocks of the first, then those of the next. */
  readonly blocks: readonly number[];
  /** Let the main thread have every item scored elsewhere: threads died of this body. */
  readonly apart: boolean;
}

export type ToThread =
  | BodiesMessage
  /** Score these rollouts with a spec, by its index. */
  | { readonly kind: "rows"; readonly id: number; readonly spec: number; readonly rollouts: readonly Rollout[] }
  /** Scores that the thread asked for. */
  | { readonly kind: "scores"; readonly ask: number; readonly scores: readonly (RowScore | null)[] | ThreadFault }
  /** Nobody waits for this job any more. */
  | { readonly kind: "abort"; readonly id: number }
  | { readonly kind: "ping"; readonly at: number }
  | { readonly kind: "close" };

/** Counts of what was scored, by words that become labels. */
export interface ThreadTally {
  /** Items by the status of their verdicts. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Rewards that are null, by the reason. */
  readonly nulls: Readonly<Record<string, number>>;
}

/** Answers to bodies. */
export interface AnswersMessage {
  readonly kind: "answers";
  readonly ids: readonly number[];
  /** 0: to be answered where sandboxes are. */
  readonly statuses: readonly number[];
  readonly items: readonly number[];
  /** Hash of the plan of each; empty without one. */
  readonly plans: readonly string[];
  /** Codes of faults: null as a rule. */
  readonly codes: readonly (string | null)[];
  /** Errors nobody threw on purpose, for the log: null as a rule. */
  readonly errors: readonly (string | null)[];
  readonly lengths: readonly number[];
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly tally: ThreadTally | null;
}

export type FromThread =
  | AnswersMessage
  /** Bodies of a message that wait for something; the thread is free for others. */
  | { readonly kind: "pending"; readonly ids: readonly number[] }
  | { readonly kind: "ready"; readonly specs: readonly SpecFacts[] }
  | { readonly kind: "failed"; readonly fault: ThreadFault }
  | { readonly kind: "rows"; readonly id: number; readonly scores: readonly (RowScore | null)[] | ThreadFault }
  /** Rollouts of a body that are scored in another thread. */
  | { readonly kind: "ask"; readonly ask: number; readonly job: number; readonly spec: number; readonly rollouts: readonly Rollout[] }
  /** Where programs run; said once a thread that runs any. */
  | { readonly kind: "isolation"; readonly isolation: Isolation }
  | { readonly kind: "pong"; readonly at: number; readonly heapBytes: number };

/** What threads are given to do: whole bodies, and single rollouts of bodies that another thread read. */
import type { Rollout } from "../../core/rollout.ts";
import type { RowScore } from "../../pipeline/evaluate.ts";
import type { ContractFault } from "../contract.ts";
import type { Body } from "./blocks.ts";
import type { JobParts, ThreadFault } from "./protocol.ts";
import type { Pool, Task } from "./threads.ts";

/** The answer to a body. */
export interface Answered {
  readonly status: number;
  readonly bytes: Uint8Array;
  readonly items: number;
  readonly plan: string;
  readonly code: string | null;
  readonly error: string | null;
}

/** A request in a generation. */
export interface BodyTask extends Task {
  readonly kind: "body";
  readonly route: number;
  readonly body: Body;
  readonly parts: JobParts | null;
  readonly answered: (answer: Answered | ContractFault) => void;
  /** It waits behind the sandbox. */
  readonly slowed: () => void;
  pool: Pool<AnyTask>;
  apart: boolean;
  /** Its rollouts that are scored elsewhere. */
  rows: Set<RowTask> | null;
}

/** A rollout of a body that is scored in another thread. */
export interface RowTask extends Task {
  readonly kind: "rows";
  readonly spec: number;
  readonly rollout: Rollout;
  /** Null: threads died of it. */
  readonly answered: (score: RowScore | null | ThreadFault) => void;
  pool: Pool<AnyTask>;
}

export type AnyTask = BodyTask | RowTask;

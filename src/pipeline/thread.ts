/** The worker's side of a pool: tasks come with a number and may run side by side; each is answered under its number. */
import { parentPort, workerData } from "node:worker_threads";
import { GuerdonError, type ErrorCode, type ErrorDetails } from "../core/errors.ts";

/** What a worker is told when it is no longer needed: it lets go of what it holds and ends. */
const CLOSE = "close";

/** What a pool sends: a task, the end of the wait for one, or that no more comes. */
export type WorkerOrder = { readonly id: number; readonly task: unknown } | { readonly abort: number } | typeof CLOSE;

/** An error as it crosses threads. */
export interface WorkerFault {
  readonly message: string;
  readonly code: ErrorCode | null;
  readonly details: ErrorDetails;
}

/** `ready`: the start is over, well or not; tasks are taken up from here on. */
export type WorkerReply = { readonly id: number; readonly output: unknown } | { readonly id: number; readonly fault: WorkerFault } | { readonly ready: true };

/** What a worker does. */
export interface Work<Task> {
  /** `signal` ends where nobody waits for the output any more. */
  run(task: Task, signal: AbortSignal): Promise<{ readonly output: unknown; readonly transfer?: readonly ArrayBuffer[] }>;
  close(): Promise<void>;
}

/** The order that closes. */
export const CLOSING: WorkerOrder = CLOSE;

/** Answers the tasks of the pool that started this thread; does nothing in a main thread. A start that fails is told with every task. */
export function workOff<Start, Task>(start: (given: Start) => Promise<Work<Task>>): void {
  if (parentPort === null) return;
  const port = parentPort;
  const running = new Map<number, AbortController>();
  const work = start(workerData as Start);
  // A start that fails is told with the first task; until then it must not count as unhandled.
  work.then(
    () => port.postMessage({ ready: true } satisfies WorkerReply),
    () => port.postMessage({ ready: true } satisfies WorkerReply),
  );
  port.on("message", (order: WorkerOrder) => {
    if (order === CLOSE) {
      void work.then((open) => open.close()).finally(() => port.close());
      return;
    }
    if ("abort" in order) {
      running.get(order.abort)?.abort();
      return;
    }
    const { id, task } = order;
    const stop = new AbortController();
    running.set(id, stop);
    work
      .then((open) => open.run(task as Task, stop.signal))
      .then(
        ({ output, transfer = [] }) => port.postMessage({ id, output } satisfies WorkerReply, [...transfer]),
        (error: unknown) => port.postMessage({ id, fault: faultOf(error) } satisfies WorkerReply),
      )
      .finally(() => running.delete(id));
  });
}

function faultOf(error: unknown): WorkerFault {
  if (error instanceof GuerdonError) return { message: error.message, code: error.code, details: JSON.parse(JSON.stringify(error.details)) as ErrorDetails };
  return { message: error instanceof Error ? (error.stack ?? error.message) : String(error), code: null, details: {} };
}

/** The error of a fault that has crossed. */
export function restoreFault({ message, code, details }: WorkerFault): Error {
  return code === null ? new Error(message) : new GuerdonError(code, message, details);
}

/** The thread that watches over calls in the main thread, and kills the process when one never ends: who waits for it sends it again, to another. */
import { writeSync } from "node:fs";
import { parentPort, workerData, type MessagePort } from "node:worker_threads";

/** What the watch is started with. */
export interface WatchStart {
  /** One number, odd while a call is under way; another number is another call. */
  readonly calls: Int32Array;
  readonly patienceMs: number;
}

/** Looks that a call outlives, not milliseconds, so that a process that was stopped for a while is not taken for one that hangs. */
const LOOKS = 10;

function watch({ calls, patienceMs }: WatchStart, port: MessagePort): void {
  let seen = 0;
  let looks = 0;
  setInterval(() => {
    const now = Atomics.load(calls, 0);
    looks = now === seen && now % 2 !== 0 ? looks + 1 : 0;
    seen = now;
    // The main thread answers with another number, if it can.
    if (looks === LOOKS / 2) port.postMessage(null);
    if (looks < LOOKS) return;
    writeSync(2, `guerdon: worker: a call took longer than ${patienceMs / 1000} s in the thread that reads; the process ends, and what is sent again is answered in another\n`);
    process.kill(process.pid, "SIGKILL");
  }, patienceMs / LOOKS);
}

if (parentPort !== null) watch(workerData as WatchStart, parentPort);

/** Keeps the garbage of a thread small: V8 lets old space grow by a hundred megabytes before it looks, and a run has several threads. */
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Garbage a thread may hold. */
const SLACK_BYTES = 16 << 20;

/** A function to call between two tasks: collects once the heap has grown by `slackBytes` over what was in use after the last time. */
export function garbageCollector(slackBytes: number = SLACK_BYTES): () => void {
  let collect: (() => void) | undefined;
  let limit = getHeapStatistics().used_heap_size + slackBytes;
  return () => {
    if (getHeapStatistics().used_heap_size < limit) return;
    if (collect === undefined) {
      // The flag adds the function to contexts made from here on, and changes nothing else.
      setFlagsFromString("--expose-gc");
      collect = runInNewContext("gc") as () => void;
    }
    collect();
    limit = getHeapStatistics().used_heap_size + slackBytes;
  };
}

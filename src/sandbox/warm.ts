/** Sandboxes started before they are needed, with a Python that waits for its program. Each is used once. */
import type { ExecuteLimits } from "../core/capabilities.ts";
import { compiledHarness } from "./harness/compiled.ts";
import { PYTHON_RUN } from "./harness/python-run.ts";
import type { Cell, Host } from "./host.ts";
import { startJail, type Jail } from "./jail.ts";
import type { Toolchain } from "./toolchain.ts";

export interface WarmPool {
  /** A sandbox for these limits, ready or started now. */
  use<T>(limits: ExecuteLimits, onOutput: (chunk: Buffer) => void, work: (jail: Jail) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

interface Waiting {
  readonly cell: Cell;
  readonly jail: Jail;
  sink: (chunk: Buffer) => void;
  dead: boolean;
}

/** Up to `size` sandboxes wait, no more than were used so far; 0 starts each when it is asked for. */
export function openWarmPool(host: Host, toolchain: () => Toolchain, size: number): WarmPool {
  let key = "";
  let ready: Waiting[] = [];
  let closed = false;
  let uses = 0;

  const begin = (limits: ExecuteLimits): Waiting => {
    const cell = host.takeCell();
    const chain = toolchain();
    const jail = startJail(host, cell, {
      argv: [...chain.run, "-c", compiledHarness(host, chain, PYTHON_RUN)],
      toolchain: chain,
      mounts: chain.mounts,
      box: null,
      limits,
      cpuCeiling: limits.cpuSeconds + 1,
      stdin: "pipe",
      onOutput: (chunk) => waiting.sink(chunk),
    });
    const waiting: Waiting = { cell, jail, sink: () => undefined, dead: false };
    const over = (): void => {
      waiting.dead = true;
      host.giveBack(cell);
    };
    jail.ended.then(over, over);
    return waiting;
  };

  const fill = (limits: ExecuteLimits): void => {
    while (!closed && ready.length < Math.min(size, uses)) {
      const waiting = begin(limits);
      waiting.jail.idle(true);
      ready.push(waiting);
    }
  };

  const drop = async (): Promise<void> => {
    const dropped = ready;
    ready = [];
    for (const { jail } of dropped) {
      jail.idle(false);
      jail.end("done");
    }
    await Promise.allSettled(dropped.map(({ jail }) => jail.ended));
  };

  return {
    async use(limits, onOutput, work) {
      const wanted = JSON.stringify(limits);
      if (wanted !== key) {
        key = wanted;
        uses = 0;
        void drop();
      }
      uses++;
      let waiting = ready.shift();
      while (waiting?.dead === true) waiting = ready.shift();
      if (waiting === undefined) waiting = begin(limits);
      else {
        waiting.jail.idle(false);
        waiting.jail.rearm();
      }
      waiting.sink = onOutput;
      const done = work(waiting.jail);
      // The next ones start while this one runs.
      setImmediate(() => {
        if (wanted !== key) return;
        try {
          fill(limits);
        } catch {
          // What keeps a sandbox from starting now (no descriptor left, say) is told by the run that then asks for one.
          uses = 0;
        }
      });
      return done;
    },
    async close() {
      closed = true;
      await drop();
    },
  };
}

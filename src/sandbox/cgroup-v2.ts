/** Control groups, version 2: one tree, in which limits hold beneath a group that gives its controllers away. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Files, leftBehind, removeFolder, type ControlGroups } from "./cgroup.ts";

const CONTROLLERS = ["memory", "pids"] as const;

/** Groups in this folder. `controllers`: what limits there must be. */
export function controlGroupsTwo(parent: string, controllers: readonly string[] = CONTROLLERS): ControlGroups {
  return {
    version: 2,
    make(name) {
      give(parent, controllers);
      const folder = join(parent, name);
      mkdirSync(folder);
      let files = new Files(folder);
      let [cpuBefore, killsBefore, held] = [0, 0, 0];
      let used = false;
      // From Linux 6.12 on the peak can be forgotten, by descriptor. Before, it is that of the group's life, which then is one sandbox's; before 5.19 none is told.
      const resettable = canReset(files);
      const cpuMicroseconds = (): number => Number(/^usage_usec (\d+)/m.exec(files.read("cpu.stat"))?.[1]);
      const kills = (): number => (controllers.includes("memory") ? Number(/^oom_kill (\d+)/m.exec(files.read("memory.events"))?.[1] ?? 0) : 0);
      const peak = (): number | null => (resettable ? Number(files.read("memory.peak", "r+")) : existsSync(join(folder, "memory.peak")) ? Number(files.read("memory.peak")) : null);
      const reset = (): void => {
        cpuBefore = cpuMicroseconds();
        killsBefore = kills();
        if (resettable) {
          files.write("memory.peak", "reset", "r+");
          held = Number(files.read("memory.current"));
        }
      };
      const limit = (memoryBytes: number, processes: number): void => {
        if (controllers.includes("memory")) {
          files.write("memory.max", memoryBytes);
          // A kernel without swap has no such file.
          if (existsSync(join(folder, "memory.swap.max"))) files.write("memory.swap.max", 0);
        }
        if (controllers.includes("pids")) files.write("pids.max", processes);
      };
      const joins = [files.descriptor("cgroup.procs", "w")];
      return {
        get joins() {
          return joins;
        },
        arm(memoryBytes, processes) {
          if (used && !resettable) {
            files.close();
            removeFolder(folder);
            if (!existsSync(folder)) mkdirSync(folder);
            files = new Files(folder);
            joins[0] = files.descriptor("cgroup.procs", "w");
          }
          used = true;
          limit(memoryBytes, processes);
          reset();
        },
        reset,
        cpuSeconds: () => Math.max(0, cpuMicroseconds() - cpuBefore) / 1e6,
        used() {
          const most = peak();
          return { cpuSeconds: Math.max(0, cpuMicroseconds() - cpuBefore) / 1e6, peakBytes: most === null ? null : Math.max(0, most - held), killed: kills() > killsBefore };
        },
        remove() {
          files.close();
          end(folder);
        },
      };
    },
    sweep() {
      // Not ended: a process that is not seen from here may still live in another process namespace.
      leftBehind(parent).forEach(removeFolder);
    },
  };
}

/** Ends what is left in a group (from Linux 5.14 on), and the group. */
function end(folder: string): void {
  if (existsSync(join(folder, "cgroup.kill"))) writeFileSync(join(folder, "cgroup.kill"), "1\n");
  removeFolder(folder);
}

/** @throws Error where the groups beneath get no such limits: they are not there, or the folder holds processes and is not the root */
function give(parent: string, controllers: readonly string[]): void {
  const file = join(parent, "cgroup.subtree_control");
  const given = new Set(readFileSync(file, "utf8").trim().split(" "));
  const missing = controllers.filter((name) => !given.has(name));
  if (missing.length > 0) writeFileSync(file, missing.map((name) => `+${name}`).join(" "));
}

function canReset(files: Files): boolean {
  if (!existsSync(join(files.folder, "memory.peak"))) return false;
  try {
    files.write("memory.peak", "reset", "r+");
    return true;
  } catch {
    // A kernel that only tells it.
    return false;
  }
}

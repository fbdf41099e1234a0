/** Control groups, version 1: a tree for each controller. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Files, leftBehind, removeFolder, type ControlGroups } from "./cgroup.ts";

const CONTROLLERS = ["pids", "memory", "cpuacct"] as const;

export function controlGroupsOne(root: string): ControlGroups {
  return {
    version: 1,
    make(name) {
      const [pids, memory, cpu] = CONTROLLERS.map((controller) => {
        const folder = join(root, controller, name);
        mkdirSync(folder);
        return new Files(folder);
      }) as [Files, Files, Files];
      const all = [pids, memory, cpu];
      let armed = "";
      let killsBefore = 0;
      let before = 0;
      const kills = (): number => Number(/^oom_kill (\d+)/m.exec(memory.read("memory.oom_control"))?.[1] ?? 0);
      const cpuSeconds = (): number => Number(cpu.read("cpuacct.usage")) / 1e9;
      const reset = (): void => {
        memory.write("memory.max_usage_in_bytes", 0);
        cpu.write("cpuacct.usage", 0);
        killsBefore = kills();
        // Pages of files that the last sandbox read are still charged here; the kernel takes them back when there is need.
        before = Number(memory.read("memory.usage_in_bytes"));
      };
      return {
        joins: all.map((files) => files.descriptor("cgroup.procs", "w")),
        arm(memoryBytes, processes) {
          const limits = `${memoryBytes} ${processes}`;
          if (armed !== limits) {
            memory.write("memory.limit_in_bytes", memoryBytes);
            pids.write("pids.max", processes);
            armed = limits;
          }
          reset();
        },
        reset,
        cpuSeconds,
        used: () => ({ cpuSeconds: cpuSeconds(), peakBytes: Math.max(0, Number(memory.read("memory.max_usage_in_bytes")) - before), killed: kills() > killsBefore }),
        remove() {
          for (const files of all) {
            files.close();
            removeFolder(files.folder);
          }
        },
      };
    },
    sweep() {
      for (const controller of CONTROLLERS) leftBehind(join(root, controller)).forEach(removeFolder);
    },
  };
}

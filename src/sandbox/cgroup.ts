/** Control groups, where they can be made: memory, processes and CPU time of a whole sandbox, not of one process. Both versions. */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, rmdirSync, statfsSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { controlGroupsOne } from "./cgroup-v1.ts";
import { controlGroupsTwo } from "./cgroup-v2.ts";

/** A group of its own for one sandbox at a time. */
export interface ControlGroup {
  /** Descriptors a process writes 0 into to join: what may join is decided by who opened them. */
  readonly joins: readonly number[];
  /** Before a sandbox starts: its limits. */
  arm(memoryBytes: number, processes: number): void;
  /** Forgets what was used so far. */
  reset(): void;
  /** CPU seconds so far. */
  cpuSeconds(): number;
  /** `peakBytes`: null where the kernel does not tell. */
  used(): { readonly cpuSeconds: number; readonly peakBytes: number | null; readonly killed: boolean };
  remove(): void;
}

/** Where groups are made. */
export interface ControlGroups {
  readonly version: 1 | 2;
  /** @throws Error of the file system */
  make(name: string): ControlGroup;
  /** Removes groups that killed processes left behind. */
  sweep(): void;
}

const ROOT = "/sys/fs/cgroup";
/** What statfs calls a file system of version 2. */
const VERSION_2 = 0x63677270;

/** Groups that processes of `uid` (null: this user) can join, or null where there are none. */
export function openControlGroups(uid: number | null): ControlGroups | null {
  if (!existsSync(ROOT)) return null;
  const candidates = statfsSync(ROOT).type === VERSION_2 ? ancestors(ROOT, readFileSync("/proc/self/cgroup", "utf8")).map((folder) => controlGroupsTwo(folder)) : [controlGroupsOne(ROOT)];
  return candidates.find((groups) => canJoin(groups, uid)) ?? null;
}

/** The folders above this process's own group, the nearest first: a group that holds processes has no groups with limits beneath it, unless it is the root. */
export function ancestors(root: string, selfCgroup: string): string[] {
  const own = /^0::(\/.*)$/m.exec(selfCgroup)?.[1];
  if (own === undefined || own.includes("/..")) return [root];
  const folders: string[] = [];
  for (let path = dirname(own); path !== "/"; path = dirname(path)) folders.push(join(root, path));
  return [...folders, root];
}

/** Whether a group can be made, limited and joined. */
export function canJoin(groups: ControlGroups, uid: number | null): boolean {
  try {
    groups.sweep();
    const group = groups.make(groupName("probe", probes++));
    try {
      group.arm(64 << 20, 16);
      group.used();
      const script = group.joins.map((_, i) => `echo 0 >&${i + 3} || exit 1`).join("; ");
      return spawnSync("/bin/sh", ["-c", script], { stdio: ["ignore", "ignore", "ignore", ...group.joins], ...(uid === null ? {} : { uid, gid: uid }) }).status === 0;
    } finally {
      group.remove();
    }
  } catch {
    // Not mounted, read-only, not ours, or without these controllers: limits of processes hold, and the report says so.
    return false;
  }
}

let probes = 0;

/** The files of a group, each opened once. */
export class Files {
  readonly folder: string;
  readonly #open = new Map<string, number>();

  constructor(folder: string) {
    this.folder = folder;
  }

  descriptor(name: string, flags: "r" | "r+" | "w"): number {
    const key = `${flags} ${name}`;
    let fd = this.#open.get(key);
    if (fd === undefined) this.#open.set(key, (fd = openSync(join(this.folder, name), flags)));
    return fd;
  }

  read(name: string, flags: "r" | "r+" = "r"): string {
    return BUFFER.toString("latin1", 0, readSync(this.descriptor(name, flags), BUFFER, 0, BUFFER.length, 0));
  }

  write(name: string, value: number | string, flags: "r+" | "w" = "w"): void {
    writeSync(this.descriptor(name, flags), `${value}\n`, 0);
  }

  close(): void {
    for (const fd of this.#open.values()) closeSync(fd);
    this.#open.clear();
  }
}

const BUFFER = Buffer.alloc(8192);

/** A group whose last process is still being taken apart is busy; the sweep of a later process takes it. */
export function removeFolder(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    if (!["EBUSY", "ENOENT"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

const PREFIX = "guerdon-";

export function groupName(owner: string, index: number): string {
  return `${PREFIX}${process.pid}-${owner}-${index}-${randomBytes(4).toString("hex")}`;
}

/** Folders here of groups whose process is dead. */
export function leftBehind(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => {
      const owner = name.startsWith(PREFIX) ? Number(name.slice(PREFIX.length).split("-")[0]) : Number.NaN;
      return Number.isInteger(owner) && !isAlive(owner);
    })
    .map((name) => join(folder, name));
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

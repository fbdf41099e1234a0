/** This machine as a place for sandboxes: what isolation can be had, tried once; identities and control groups for sandboxes; a private folder. */
import { spawnSync } from "node:child_process";
import { chmodSync, closeSync, copyFileSync, existsSync, linkSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { threadId } from "node:worker_threads";
import type { Isolation } from "../core/capabilities.ts";
import { BoundaryError } from "../core/errors.ts";
import { groupName, isAlive, openControlGroups, type ControlGroup, type ControlGroups } from "./cgroup.ts";
import { jailArguments } from "./arguments.ts";
import { seccompFilter } from "./seccomp.ts";
import { findNode, findProgram, hasNumpy, isOpen } from "./toolchain.ts";

/** An identity for one sandbox at a time. */
export interface Cell {
  /** null: this user's own. */
  readonly uid: number | null;
  readonly group: ControlGroup | null;
}

export interface Host {
  readonly isolation: Isolation;
  /** Sandboxes that run side by side. */
  readonly parallel: number;
  /** Private folder that sandboxes may walk through and not list. */
  readonly folder: string;
  /** The outer shell, and what it says first: it closes descriptors that this process was started with and would pass on. */
  readonly shell: readonly string[];
  readonly closing: string;
  /** How this shell sets the limit on processes. */
  readonly processFlag: "-u" | "-p";
  /** True where programs run as this user, and not as one that owns nothing. */
  readonly own: boolean;
  /** Who runs what is ours inside; null: this user. */
  readonly probeUid: number | null;
  /** Path of bubblewrap. */
  readonly bubblewrap: string;
  /** A descriptor of the system-call filter, from its beginning; null where this architecture has none. */
  openFilter(): number | null;
  /** Sandboxes that run. */
  readonly living: Set<Living>;
  /** True once it is closed: nothing more is started. */
  readonly closed: boolean;
  takeCell(): Cell;
  giveBack(cell: Cell): void;
  /** A Node that sandboxes may read. */
  node(): string | null;
  /** Ends what runs, and waits for its end. */
  end(): Promise<void>;
  /** Removes what was made here; nothing may run any more. */
  close(): void;
}

/** What must end before its host may. */
export interface Living {
  readonly ended: Promise<unknown>;
  end(why: "abort"): void;
}

const INSTALL = "install bubblewrap (Debian and Ubuntu: apt-get install bubblewrap; Fedora: dnf install bubblewrap), allow unprivileged user namespaces, or use a server: --sandbox remote:URL";

/** Users that own nothing: one a sandbox, so that limits of a user are those of a sandbox. */
const FIRST_UID = 1_800_000_000;

/** Descriptors beside ours that children inherit: a trainer that starts this process may have left some open. */
function inheritedDescriptors(): number[] {
  const found: number[] = [];
  for (const name of readdirSync("/proc/self/fd")) {
    const fd = Number(name);
    if (fd <= LAST_OWN) continue;
    let flags: string;
    try {
      flags = readFileSync(`/proc/self/fdinfo/${name}`, "utf8");
    } catch (error) {
      // The descriptor that listed the folder is closed by now.
      if ((error as NodeJS.ErrnoException).code === "ENOENT") continue;
      throw error;
    }
    if ((Number.parseInt(/^flags:\s*([0-7]+)/m.exec(flags)![1]!, 8) & CLOSE_ON_EXEC) === 0) found.push(fd);
  }
  return found;
}

const CLOSE_ON_EXEC = 0o2000000;

/** Descriptors up to here are replaced by those of the jail, or closed by Node as all of the first sixteen are. */
const LAST_OWN = 7;

const FOLDERS = "guerdon-sandbox-";

/** Removes folders of this user that killed processes left behind. */
function sweepFolders(): void {
  for (const name of readdirSync(tmpdir())) {
    const owner = name.startsWith(FOLDERS) ? Number(name.slice(FOLDERS.length).split("-")[0]) : Number.NaN;
    const folder = join(tmpdir(), name);
    // Another process may sweep it at the same time.
    if (Number.isInteger(owner) && !isAlive(owner) && statSync(folder, { throwIfNoEntry: false })?.uid === process.getuid!()) rmSync(folder, { recursive: true, force: true });
  }
}

/** Hosts opened by this thread, which keep their identities apart. */
let hosts = 0;

/** What was found out by trying, which holds as long as this process does. */
interface Tried {
  readonly processFlag: "-u" | "-p";
  readonly groups: ControlGroups | null;
}

const tried = new Map<string, Tried>();

/** @throws BoundaryError where programs cannot be isolated here: nothing is run then */
export function openHost(parallel: number = availableParallelism()): Host {
  const refuse = (what: string): never => {
    throw new BoundaryError("sandbox", `sandbox: programs must be isolated, got ${what}; ${INSTALL}`, { platform: process.platform });
  };
  if (process.platform !== "linux") refuse(`${process.platform}, which has no bubblewrap`);
  const own = process.getuid!() !== 0;
  const which = hosts++;
  const bubblewrap = findProgram("bwrap", own) ?? refuse("no bwrap on this machine");
  sweepFolders();
  const folder = mkdtempSync(join(tmpdir(), `${FOLDERS}${process.pid}-`));
  try {
    chmodSync(folder, 0o711);
    const filter = seccompFilter(process.arch);
    const filterFile = join(folder, "filter");
    if (filter !== null) writeFileSync(filterFile, filter, { mode: 0o400 });
    const openFilter = (): number | null => (filter === null ? null : openSync(filterFile, "r"));
    const inherited = inheritedDescriptors();
    // Dash knows descriptors of one digit only.
    const wide = inherited.some((fd) => fd > 9);
    const bash = wide ? findProgram("bash", own) ?? refuse(`descriptors ${inherited.join(", ")} that this process was started with, and no bash to close them with`) : null;
    const shell = bash === null ? ["/bin/sh"] : [bash, "--posix"];
    const key = [bubblewrap, ...shell].join(" ");
    if (!tried.has(key)) {
      const why = probe(bubblewrap, openFilter, own, folder);
      if (why !== null) refuse(why);
      const takesUsers = spawnSync(shell[0]!, [...shell.slice(1), "-c", "ulimit -u 4096"], { stdio: "ignore" }).status === 0;
      tried.set(key, { processFlag: takesUsers ? "-u" : "-p", groups: openControlGroups(own ? null : FIRST_UID) });
    }
    const { processFlag, groups } = tried.get(key)!;

    const free: Cell[] = [];
    const all: Cell[] = [];
    const living = new Set<Living>();
    let closed = false;
    const newCell = (): Cell => {
      const uid = own ? null : FIRST_UID + (((process.pid * 331 + threadId * 41) % 100_000) * 16 + (which % 16)) * 64 + (all.length % 64);
      const group = groups?.make(groupName(`${threadId}-${which}`, all.length)) ?? null;
      const cell = { uid, group };
      all.push(cell);
      return cell;
    };
    free.push(newCell());
    let node: string | null | undefined;
    return {
      isolation: { kind: "bubblewrap", layers: layersOf(own, filter !== null, groups?.version ?? null) },
      parallel,
      folder,
      shell,
      closing: inherited.length === 0 ? "" : `exec ${inherited.map((fd) => `${fd}>&-`).join(" ")}; `,
      processFlag,
      own,
      probeUid: own ? null : FIRST_UID,
      bubblewrap,
      openFilter,
      living,
      get closed() {
        return closed;
      },
      takeCell: () => free.pop() ?? newCell(),
      giveBack: (cell) => void free.push(cell),
      node: () => (node === undefined ? (node = readableNode(folder, own)) : node),
      async end() {
        closed = true;
        for (const each of living) each.end("abort");
        await Promise.allSettled([...living].map(({ ended }) => ended));
      },
      close() {
        closed = true;
        for (const { group } of all) group?.remove();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

function layersOf(own: boolean, filtered: boolean, groups: 1 | 2 | null): string[] {
  return [
    "namespaces: user, process, network, mount, IPC, host name, control group",
    "read-only root with the toolchain only, private temporary folder",
    own ? "identity: this user's, mapped, without capabilities" : "identity: a user that owns nothing, without capabilities",
    "limits a process: CPU time, memory, file size, descriptors, processes, no core",
    ...(groups === null ? [] : [`control group (version ${groups}): memory, processes, CPU time of the whole sandbox`]),
    ...(filtered ? ["system calls: filtered"] : []),
    hasNumpy(own) ? "Python: the system's, with numpy" : "Python: without numpy, which tests of HumanEval+ and MBPP+ import (Debian: apt install python3-numpy)",
  ];
}

/** Runs a program inside and sees that it is inside. Returns why not, or null. */
function probe(bubblewrap: string, openFilter: () => number | null, own: boolean, folder: string): string | null {
  const filter = openFilter();
  try {
    const secret = join(folder, "probe");
    writeFileSync(secret, "seen", { mode: 0o444 });
    const script = `test ! -e ${secret} && test ! -e /etc/passwd && ! (: > /usr/probe) 2>/dev/null && ! (: > /probe) 2>/dev/null && echo $$ inside`;
    const mounts = ["/usr/bin", "/usr/lib", "/usr/lib64"].filter((path) => existsSync(path));
    const { status, stdout, stderr, error } = spawnSync(
      bubblewrap,
      [...jailArguments({ mounts, shell: null, box: null, diskBytes: 1 << 20, environment: {}, filterFd: filter === null ? null : 3, statusFd: null }), "--", "/bin/sh", "-c", script],
      { stdio: ["ignore", "pipe", "pipe", ...(filter === null ? [] : [filter])], encoding: "utf8", timeout: 10_000, cwd: "/", ...(own ? {} : { uid: FIRST_UID, gid: FIRST_UID }) },
    );
    if (error !== undefined) return error.message;
    // The shell's number is small: it is in a process namespace of its own.
    if (status !== 0 || !/^[1-9] inside\n$/.test(stdout)) return `a sandbox that does not start (${stderr.trim().split("\n")[0] || `exit ${status}`})`;
    return null;
  } finally {
    if (filter !== null) closeSync(filter);
  }
}

/** This Node, as a copy that others may read where it lies in a private folder. */
function readableNode(folder: string, own: boolean): string | null {
  const found = findNode(own);
  if (found === process.execPath || !isPrivate(own)) return found;
  const copy = join(folder, "node");
  try {
    linkSync(process.execPath, copy);
  } catch (error) {
    if (!["EXDEV", "EPERM", "EMLINK"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    copyFileSync(process.execPath, copy);
    chmodSync(copy, 0o755);
  }
  return isOpen(copy, own) ? copy : found;
}

function isPrivate(own: boolean): boolean {
  return !isOpen(process.execPath, own);
}


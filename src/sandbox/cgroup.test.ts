import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ancestors, canJoin, groupName, isAlive, openControlGroups } from "./cgroup.ts";
import { controlGroupsTwo } from "./cgroup-v2.ts";

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "guerdon-cgroup-"));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

/** What the kernel would show in a group; here it is files. */
function show(name: string, files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(files)) writeFileSync(join(parent, name, file), text);
}

describe("version 2, on files", () => {
  it("sets limits, and counts from where it was told to", () => {
    writeFileSync(join(parent, "cgroup.subtree_control"), "cpu memory pids\n");
    const group = controlGroupsTwo(parent).make("a");
    show("a", { "cpu.stat": "usage_usec 1000000\nuser_usec 1\n", "memory.events": "low 0\noom 1\noom_kill 1\n", "memory.peak": "4096\n", "memory.swap.max": "max\n" });
    group.arm(1 << 26, 28);
    expect(["memory.max", "memory.swap.max", "pids.max"].map((file) => readFileSync(join(parent, "a", file), "utf8"))).toEqual(["67108864\n", "0\n", "28\n"]);
    show("a", { "cpu.stat": "usage_usec 3500000\n", "memory.peak": "8192\n" });
    expect([group.cpuSeconds(), group.used()]).toEqual([2.5, { cpuSeconds: 2.5, peakBytes: 8192, killed: false }]);
    show("a", { "memory.events": "oom_kill 2\n" });
    expect(group.used().killed).toBe(true);
    group.reset();
    expect(group.used()).toMatchObject({ cpuSeconds: 0, killed: false });
  });

  it("asks for controllers that are not given yet, and tells no peak that the kernel does not", () => {
    writeFileSync(join(parent, "cgroup.subtree_control"), "pids\n");
    const group = controlGroupsTwo(parent).make("a");
    expect(readFileSync(join(parent, "cgroup.subtree_control"), "utf8")).toBe("+memory");
    show("a", { "cpu.stat": "usage_usec 0\n", "memory.events": "oom_kill 0\n" });
    group.arm(1, 1);
    expect(group.used().peakBytes).toBe(null);
    expect(existsSync(join(parent, "a", "memory.swap.max"))).toBe(false);
  });

  it("is where this process's own group stands", () => {
    expect(ancestors("/r", "0::/user.slice/user-1.slice/session.scope\n")).toEqual(["/r/user.slice/user-1.slice", "/r/user.slice", "/r"]);
    expect(ancestors("/r", "1:name=systemd:/x\n0::/\n")).toEqual(["/r"]);
    expect(ancestors("/r", "0::/../elsewhere\n")).toEqual(["/r"]);
    expect(ancestors("/r", "4:memory:/\n")).toEqual(["/r"]);
  });

  it("is not had where nothing can be made, and what dead processes left is taken away", () => {
    expect(canJoin(controlGroupsTwo(join(parent, "none")), null)).toBe(false);
    const { pid } = spawnSync(process.execPath, ["--version"]);
    mkdirSync(join(parent, `guerdon-${pid}-0-0-0`));
    mkdirSync(join(parent, groupName("0-0", 1)));
    controlGroupsTwo(parent).sweep();
    expect(readdirSync(parent).map((name) => name.split("-")[1])).toEqual([String(process.pid)]);
  });
});

/** Where this machine has version 2 mounted, with or without the controllers; null: nowhere that we may write. */
const mounted = /^\S+ (\S+) cgroup2 rw/m.exec(existsSync("/proc/mounts") ? readFileSync("/proc/mounts", "utf8") : "")?.[1] ?? null;
const writable = mounted !== null && process.getuid!() === 0 && canJoin(controlGroupsTwo(mounted, []), 1_800_000_000);
if (!writable) process.stderr.write("sandbox: no control groups of version 2 that can be written here, so one test of them is left out\n");

it.skipIf(!writable)("version 2, on this kernel: a user that owns nothing joins by the descriptor, its time counts, and removal ends it", async () => {
  const group = controlGroupsTwo(mounted!, []).make(groupName("test", 0));
  const uid = 1_800_000_001;
  group.arm(0, 0);
  const child = spawn("/bin/sh", ["-c", "echo 0 >&3 || exit 1; exec 3>&-; i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; echo done; exec sleep 60"], { stdio: ["ignore", "pipe", "ignore", group.joins[0]!], uid, gid: uid });
  await new Promise((done) => child.stdout!.once("data", done));
  expect(group.cpuSeconds()).toBeGreaterThan(0.005);
  const before = group.cpuSeconds();
  group.reset();
  expect(group.cpuSeconds()).toBeLessThan(before);
  const ended = new Promise((done) => child.once("exit", (_, signal) => done(signal)));
  group.remove();
  expect(await ended).toBe("SIGKILL");
  expect(isAlive(child.pid!)).toBe(false);
  // Busy as long as it was not reaped.
  group.remove();
  expect(readdirSync(mounted!).filter((name) => name.startsWith(`guerdon-${process.pid}-test`))).toEqual([]);
});

it("groups of this machine, if there are any, say their version", () => {
  const groups = openControlGroups(process.getuid!() === 0 ? 1_800_000_000 : null);
  expect([1, 2, undefined]).toContain(groups?.version);
});

/** Attacks on the machine: each works on a plain subprocess first, bounded, and fails in the sandbox. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSandbox, type ExecuteOptions, type RunResult, type Sandbox } from "../../src/sandbox/index.ts";
import { runPlain } from "../fixtures/attacks/unprotected.ts";

let sandbox: Sandbox;
let folder: string;
let port: number;
let heard = 0;
const server = createServer((socket) => {
  heard++;
  socket.end("hello");
});

beforeAll(async () => {
  sandbox = await createSandbox();
  folder = mkdtempSync(join(tmpdir(), "guerdon-attack-"));
  writeFileSync(join(folder, "secret"), "the-secret", { mode: 0o644 });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  port = (server.address() as { port: number }).port;
  process.env["GUERDON_ATTACK_SECRET"] = "the-secret";
});
afterAll(async () => {
  delete process.env["GUERDON_ATTACK_SECRET"];
  server.close();
  rmSync(folder, { recursive: true, force: true });
  await sandbox.close();
});

async function inside(source: string, options: ExecuteOptions = {}, stdin = ""): Promise<RunResult> {
  await using program = await sandbox.execute({ language: "python", source }, { cpuSeconds: 4, wallSeconds: 8, memoryMb: 256, diskMb: 16, processes: 12, ...options });
  return program.run({ stdin });
}

/** A program that prints WON where its attack works; `fill` puts in what a test only knows when it runs. */
interface Attack {
  readonly name: string;
  readonly source: string;
  /** Only root can do it, or one that may start traces: what the plain runner must show is then left out. */
  readonly rootOnly?: boolean;
}

const guard = (body: string): string => `import os, sys\ntry:\n${body.split("\n").map((line) => `    ${line}`).join("\n")}\nexcept BaseException as error:\n    print("LOST", type(error).__name__, error)\n`;

const libc = "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)";

const attacks: readonly Attack[] = [
  { name: "reads a file of the host", source: guard(`print("WON" if open("FOLDER/secret").read() == "the-secret" else "LOST")`) },
  { name: "reads the list of users", source: guard(`print("WON" if "root:" in open("/etc/passwd").read() else "LOST")`) },
  { name: "lists the root's other folders", source: guard(`print("WON" if {"home", "var", "etc"} <= set(os.listdir("/")) else "LOST")`) },
  { name: "reads the environment", source: guard(`print("WON" if os.environ.get("GUERDON_ATTACK_SECRET") == "the-secret" else "LOST")`) },
  { name: "reads the parent's environment in /proc", source: guard(`print("WON" if b"PATH=" in open("/proc/%d/environ" % os.getppid(), "rb").read().replace(b"/usr/bin:/bin", b"") and os.getppid() > 2 else "LOST")`) },
  { name: "reads the parent's command line in /proc", source: guard(`print("WON" if b"node" in open("/proc/%d/cmdline" % os.getppid(), "rb").read() else "LOST")`) },
  { name: "sees other processes", source: guard(`print("WON" if len([p for p in os.listdir("/proc") if p.isdigit()]) > 6 else "LOST")`) },
  { name: "walks out by the root of another process", source: guard(`print("WON" if os.path.exists("/proc/%d/%s/FOLDER/secret" % (os.getppid(), "root")) else "LOST")`), rootOnly: true },
  { name: "walks out by the parent's working folder", source: guard(`print("WON" if os.path.exists("/proc/%d/cwd/package.json" % os.getppid()) else "LOST")`) },
  { name: "follows a symbolic link to the host", source: guard(`import tempfile\np = os.path.join(tempfile.mkdtemp(), "link")\nos.symlink("FOLDER/secret", p)\nprint("WON" if open(p).read() == "the-secret" else "LOST")`) },
  { name: "makes a hard link to a file of the host", source: guard(`import tempfile\nos.link("FOLDER/secret", "FOLDER/hard-PID")\nprint("WON")\nos.unlink("FOLDER/hard-PID")`) },
  { name: "climbs with dots", source: guard(`print("WON" if open("../../../../../../../../FOLDER/secret").read() == "the-secret" else "LOST")`) },
  { name: "writes outside", source: guard(`open("FOLDER/written", "w").write("x")\nprint("WON")`) },
  { name: "swaps a file between check and use", source: guard(`import threading\nopen("FOLDER/target", "w").write("old")\nos.path.exists("FOLDER/target") and os.replace("FOLDER/target", "FOLDER/swapped")\nprint("WON" if os.path.exists("FOLDER/swapped") else "LOST")`) },
  { name: "writes into the system's folders", source: guard(`p = "/usr/lib/guerdon-attack"\nopen(p, "w").write("x")\nos.unlink(p)\nprint("WON")`), rootOnly: true },
  { name: "changes its own interpreter", source: guard(`print("WON" if os.access(sys.executable or "/usr/bin/python3", os.W_OK) else "LOST")`), rootOnly: true },
  { name: "connects to the loopback interface", source: guard(`import socket\ns = socket.create_connection(("127.0.0.1", PORT), 2)\nprint("WON" if s.recv(5) == b"hello" else "LOST")`) },
  { name: "asks for a name by UDP", source: guard(`import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.connect(("10.255.255.1", 53))\ns.send(b"x")\nprint("WON")`) },
  { name: "sees network interfaces", source: guard(`print("WON" if len(open("/proc/net/dev").read().splitlines()) > 3 else "LOST")`) },
  { name: "opens a netlink socket", source: guard(`import socket\ns = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)\nprint("WON")`) },
  { name: "opens a raw packet socket", source: guard(`import socket\ns = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)\nprint("WON")`), rootOnly: true },
  { name: "finds a socket in the file system", source: guard(`import socket\nopen("FOLDER/secret").close()\ns = socket.socket(socket.AF_UNIX)\ns.bind("FOLDER/sock")\nos.unlink("FOLDER/sock")\nprint("WON")`) },
  { name: "signals its parent", source: guard(`os.kill(os.getppid(), 0)\nprint("WON" if os.getppid() > 10 else "LOST")`) },
  { name: "signals every process it may", source: guard(`import subprocess\np = int("PID")\nos.kill(p, 0)\nprint("WON")`) },
  { name: "makes a user namespace", source: guard(`${libc}\nprint("WON" if libc.unshare(0x10000000) == 0 else "LOST")`) },
  { name: "makes a network namespace", source: guard(`${libc}\nprint("WON" if libc.unshare(0x40000000) == 0 else "LOST")`), rootOnly: true },
  { name: "mounts a file system", source: guard(`${libc}\nimport tempfile\nd = tempfile.mkdtemp()\nok = libc.mount(b"none", d.encode(), b"tmpfs", 0, None) == 0\nif ok: libc.umount2(d.encode(), 2)\nprint("WON" if ok else "LOST")`), rootOnly: true },
  { name: "mounts by the newer calls", source: guard(`${libc}\nfd = libc.syscall(430, b"tmpfs", 0)\nprint("WON" if fd >= 0 else "LOST")`), rootOnly: true },
  { name: "changes the root", source: guard(`os.chroot("/usr")\nprint("WON")`), rootOnly: true },
  { name: "traces a child", source: guard(`${libc}\nimport signal, time\npid = os.fork()\nif pid == 0:\n    time.sleep(5)\n    os._exit(0)\nok = libc.ptrace(16, pid, None, None) == 0\nos.kill(pid, 9)\nprint("WON" if ok else "LOST")`) },
  { name: "reads the memory of a child", source: guard(`${libc}\nimport time\npid = os.fork()\nif pid == 0:\n    time.sleep(5)\n    os._exit(0)\nclass iov(ctypes.Structure):\n    _fields_ = [("base", ctypes.c_void_p), ("len", ctypes.c_size_t)]\nb = ctypes.create_string_buffer(b"secret")\nc = ctypes.create_string_buffer(8)\nl, r = iov(ctypes.addressof(c), 6), iov(ctypes.addressof(b), 6)\nn = libc.process_vm_readv(pid, ctypes.byref(l), 1, ctypes.byref(r), 1, 0)\nos.kill(pid, 9)\nprint("WON" if n == 6 else "LOST")`) },
  { name: "loads a program into the kernel", source: guard(`${libc}\nattr = ctypes.create_string_buffer(128)\nctypes.memmove(attr, (ctypes.c_uint32 * 4)(2, 4, 4, 1), 16)\nprint("WON" if libc.syscall(321, 0, attr, 72) >= 0 else "LOST")`), rootOnly: true },
  { name: "uses the kernel's keys", source: guard(`${libc}\nprint("WON" if libc.syscall(248, b"user", b"guerdon", b"x", 1, -2) >= 0 else "LOST")`) },
  { name: "opens a performance counter", source: guard(`${libc}\na = ctypes.create_string_buffer(128)\nctypes.memmove(a, (ctypes.c_uint32 * 4)(1, 128, 0, 0), 16)\nprint("WON" if libc.syscall(298, a, 0, -1, -1, 0) >= 0 else "LOST")`), rootOnly: true },
  { name: "handles page faults itself", source: guard(`${libc}\nprint("WON" if libc.syscall(323, 1) >= 0 else "LOST")`) },
  { name: "makes shared memory that outlives it", source: guard(`${libc}\nid = libc.shmget(0, 4096, 0o1600)\nif id >= 0: libc.shmctl(id, 0, None)\nprint("WON" if id >= 0 else "LOST")`) },
  { name: "uses an io_uring", source: guard(`${libc}\np = ctypes.create_string_buffer(120)\nprint("WON" if libc.syscall(425, 4, p) >= 0 else "LOST")`) },
  { name: "gives itself capabilities", source: guard(`s = open("/proc/self/status").read()\neff = [l for l in s.splitlines() if l.startswith("CapEff")][0].split()[1]\nprint("WON" if int(eff, 16) != 0 else "LOST")`), rootOnly: true },
  { name: "becomes root by a set-user-id program", source: guard(`s = open("/proc/self/status").read()\nprint("WON" if "NoNewPrivs:\\t0" in s else "LOST")`) },
  { name: "raises its own limits", source: guard(`import resource\nresource.setrlimit(resource.RLIMIT_CPU, (100000, resource.RLIM_INFINITY))\nprint("WON")`) },
  { name: "opens many files", source: guard(`fs = [open("/dev/null") for _ in range(600)]\nprint("WON" if len(fs) == 600 else "LOST")`) },
];

describe("attacks on the machine", () => {
  for (const { name, source, rootOnly = false } of attacks)
    it(name, async () => {
      const filled = source.replaceAll("FOLDER", folder).replaceAll("PORT", String(port)).replaceAll("PID", String(process.pid));
      const plain = await runPlain(filled);
      if (!rootOnly || process.getuid!() === 0) expect(plain.stdout, `${name} on a plain subprocess: ${plain.stderr}`).toContain("WON");
      const held = await inside(filled);
      expect(held.stdout).not.toContain("WON");
      expect(held.status).not.toBe("infrastructure");
    });

  it("leaves nothing in the folder it tried to write", () => {
    expect(existsSync(join(folder, "secret"))).toBe(true);
    expect(readFileSync(join(folder, "secret"), "utf8")).toBe("the-secret");
    // Only what the plain runs wrote.
    expect(heard).toBe(1);
  });
});

describe("floods and what is left behind", () => {
  it("forks without end", async () => {
    const source = `import os, time\nn = 0\ntry:\n    for _ in range(100):\n        if os.fork() == 0:\n            time.sleep(3)\n            os._exit(0)\n        n += 1\nexcept OSError:\n    pass\nprint(n)\n`;
    expect(Number((await runPlain(source)).stdout)).toBe(100);
    const held = await inside(source);
    expect(Number(held.stdout)).toBeLessThan(20);
  });

  it("takes all memory", async () => {
    const source = `b = bytearray(600 << 20)\nfor i in range(0, len(b), 4096): b[i] = 1\nprint(len(b))\n`;
    expect((await runPlain(source)).stdout.trim()).toBe(String(600 << 20));
    expect((await inside(source)).status).toBe("memory");
  });

  it("takes memory in many processes", async () => {
    const source = `import os\npids = []\nfor _ in range(6):\n    pid = os.fork()\n    if pid == 0:\n        b = bytearray(100 << 20)\n        for i in range(0, len(b), 4096): b[i] = 1\n        import time\n        time.sleep(1)\n        os._exit(0)\n    pids.append(pid)\nok = sum(os.waitpid(p, 0)[1] == 0 for p in pids)\nprint("children", ok)\n`;
    expect((await runPlain(source)).stdout).toContain("children 6");
    const held = await inside(source);
    // Without control groups the limit is one a process, and the report says so.
    if (sandbox.isolation.layers.some((layer) => layer.startsWith("control group"))) expect(held.stdout).not.toContain("children 6");
  });

  it("takes memory in no process, so that bubblewrap is the largest there is", async () => {
    if (!sandbox.isolation.layers.some((layer) => layer.startsWith("control group"))) return;
    const source = `#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>
static char part[65536];
static void fill(void) {
  int s[2], size = 1 << 20;
  while (socketpair(AF_UNIX, SOCK_STREAM, 0, s) == 0)
    for (int i = 0; i < 2; i++) {
      setsockopt(s[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
      fcntl(s[i], F_SETFL, O_NONBLOCK);
      while (write(s[i], part, sizeof part) > 0) {}
    }
}
int main(void) {
  for (int k = 0; k < 23; k++) if (fork() == 0) { fill(); pause(); }
  fill();
  sleep(3);
  return 1;
}`;
    await using program = await sandbox.execute({ language: "c", source }, { cpuSeconds: 4, wallSeconds: 8 });
    expect(await program.run()).toMatchObject({ status: "memory" });
  });

  it("fills the disk", async () => {
    const source = `import os\ntotal = 0\ntry:\n    for k in range(8):\n        with open("fill-%d" % k, "wb") as f:\n            for _ in range(8):\n                f.write(b"x" * (1 << 20)); total += 1\nexcept OSError:\n    pass\nprint(total)\n`;
    expect(Number((await runPlain(source)).stdout)).toBe(64);
    expect(Number((await inside(source)).stdout)).toBeLessThanOrEqual(16);
  });

  it("fills the device folder", async () => {
    const source = `total = 0\ntry:\n    with open("/dev/shm/guerdon-fill", "wb") as f:\n        for _ in range(24):\n            f.write(b"x" * (1 << 20)); total += 1\n    import os; os.unlink("/dev/shm/guerdon-fill")\nexcept OSError:\n    pass\nprint(total)\n`;
    expect(Number((await runPlain(source)).stdout)).toBe(24);
    expect(Number((await inside(source)).stdout)).toBe(0);
  });

  it("writes output without end", async () => {
    const source = `import sys\nfor _ in range(24):\n    sys.stdout.write("x" * (1 << 20))\n`;
    expect((await runPlain(source)).stdout.length).toBe(24 << 20);
    const held = await inside(source, { outputBytes: 4 << 20 });
    expect(held.status).toBe("output");
    expect(held.stdout.length).toBeLessThanOrEqual(4 << 20);
  });

  it("writes errors without end, and is drained", async () => {
    const source = `import sys\nfor _ in range(24):\n    sys.stderr.write("x" * (1 << 20))\nprint("end")\n`;
    expect((await runPlain(source)).stderr.length).toBe(24 << 20);
    const held = await inside(source);
    expect(held.stdout).toBe("end\n");
    expect(held.stderr.length).toBeLessThanOrEqual(64 << 10);
  });

  it("runs without end, by CPU and by sleep", async () => {
    expect((await runPlain("while True: pass", { seconds: 1 })).code).toBe(null);
    expect((await inside("while True: pass", { cpuSeconds: 0.5, wallSeconds: 6 })).status).toBe("time");
    expect((await inside("import time\ntime.sleep(60)", { cpuSeconds: 1, wallSeconds: 1 })).status).toBe("time");
  });

  it("hides its CPU time in children", async () => {
    const source = `import os, time\nfor _ in range(4):\n    if os.fork() == 0:\n        while time.process_time() < 0.7: pass\n        os._exit(0)\nfor _ in range(4): os.wait()\nprint("done")\n`;
    expect((await runPlain(source)).stdout).toContain("done");
    const held = await inside(source, { cpuSeconds: 1, wallSeconds: 20 });
    expect(held.status).toBe("time");
  });

  it("leaves a daemon behind", async () => {
    const source = (file: string): string => `import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        time.sleep(0.7)\n        try: open(${JSON.stringify(file)}, "w").write("alive")\n        except OSError: pass\n        time.sleep(1)\n        os._exit(0)\n    os._exit(0)\nprint("left")\n`;
    await runPlain(source(join(folder, "daemon")));
    await new Promise((later) => setTimeout(later, 1500));
    expect(existsSync(join(folder, "daemon"))).toBe(true);
    const begun = performance.now();
    const held = await inside(source("/tmp/daemon"));
    expect(held.stdout).toBe("left\n");
    // Its process namespace ended with the program: nothing held the pipes open.
    expect(performance.now() - begun).toBeLessThan(60_000);
    const after = await inside(`import os\nprint(os.path.exists("/tmp/daemon"), len([p for p in os.listdir("/proc") if p.isdigit()]))`);
    expect(after.stdout).toBe("False 1\n");
  });

  it("leaves a file for the next program", async () => {
    const shared = join(folder, "left");
    await runPlain(`open(${JSON.stringify(shared)}, "w").write("x")`);
    expect(existsSync(shared)).toBe(true);
    expect((await inside(`open("/tmp/left", "w").write("x")\nprint("wrote")`)).stdout).toBe("wrote\n");
    expect((await inside(`import os\nprint(os.listdir("/tmp"))`)).stdout).toBe("[]\n");
  });
});

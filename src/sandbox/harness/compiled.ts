/** Harnesses as code that Python has read already: reading one anew takes a third of what starting the interpreter does. */
import { spawnSync } from "node:child_process";
import { closeSync } from "node:fs";
import { jailArguments } from "../arguments.ts";
import type { Host } from "../host.ts";
import type { Toolchain } from "../toolchain.ts";

/** By the interpreter that read it, and its text. */
const read = new Map<string, string>();

const READ = "import sys, marshal, binascii; sys.stdout.buffer.write(binascii.b2a_base64(marshal.dumps(compile(sys.stdin.read(), '<string>', 'exec'))))";

/** What stands for the text of a harness after `-c`: its code, made once by the same interpreter in a sandbox; the text itself where that fails. */
export function compiledHarness(host: Host, { run, mounts, environment }: Toolchain, text: string): string {
  const key = `${run.join(" ")}\n${text}`;
  let code = read.get(key);
  if (code === undefined) {
    const filter = host.openFilter();
    try {
      const jail = jailArguments({ mounts, shell: null, box: null, diskBytes: 1 << 20, environment, filterFd: filter === null ? null : 3, statusFd: null });
      const { status, stdout } = spawnSync(host.bubblewrap, [...jail, "--", ...run, "-c", READ], {
        input: text,
        encoding: "utf8",
        stdio: ["pipe", "pipe", "ignore", ...(filter === null ? [] : [filter])],
        timeout: 10_000,
        cwd: "/",
        ...(host.probeUid === null ? {} : { uid: host.probeUid, gid: host.probeUid }),
      });
      code = status === 0 && /^[\w+/=]+\n$/.test(stdout) ? `exec(__import__("marshal").loads(__import__("binascii").a2b_base64("${stdout.trimEnd()}")))` : text;
    } finally {
      if (filter !== null) closeSync(filter);
    }
    read.set(key, code);
  }
  return code;
}

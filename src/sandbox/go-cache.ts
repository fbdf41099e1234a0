/** Go's own library, compiled once a machine: from its sources alone, which takes most of a minute; sandboxes read what came of it. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { isAlive } from "./cgroup.ts";

/** How programs are compiled, here and in sandboxes: what was compiled otherwise is of no use. */
export const GO_ENVIRONMENT: Readonly<Record<string, string>> = { GOPATH: "/tmp/path", GO111MODULE: "off", GOFLAGS: "-p=2", GOTOOLCHAIN: "local", CGO_ENABLED: "0", GOTELEMETRY: "off", GOPROXY: "off" };

/** What programs that compute ask for; the rest, network and cryptography, is compiled where it is asked for. */
const PACKAGES = ["bufio", "bytes", "cmp", "compress/gzip", "container/...", "context", "encoding/...", "errors", "fmt", "hash/...", "index/suffixarray", "io/...", "log", "maps", "math/...", "os", "regexp", "slices", "sort", "strconv", "strings", "sync/...", "text/template", "time", "unicode/..."];

const LONGEST_MS = 600_000;

const made = new Map<string, Promise<string | null>>();

/** The folder of what is compiled, made where it is not there yet; null where that cannot be done, and sandboxes compile for themselves. `own`: they run as this user. */
export function goCache(go: string, own: boolean): Promise<string | null> {
  let cache = made.get(go);
  if (cache === undefined) made.set(go, (cache = make(go, own ? join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "guerdon") : "/var/cache/guerdon")));
  return cache;
}

/** Exported for tests. */
export async function make(go: string, parent: string): Promise<string | null> {
  try {
    const root = dirname(dirname(go));
    const version = existsSync(join(root, "VERSION")) ? readFileSync(join(root, "VERSION"), "utf8") : "";
    const folder = join(parent, `go-${createHash("sha256").update(JSON.stringify([go, version, process.arch, GO_ENVIRONMENT, PACKAGES])).digest("hex").slice(0, 16)}`);
    if (existsSync(folder)) return folder;
    mkdirSync(parent, { recursive: true, mode: 0o755 });
    for (const name of readdirSync(parent)) {
      const owner = Number(/^go-[0-9a-f]+\.(\d+)$/.exec(name)?.[1] ?? Number.NaN);
      if (Number.isInteger(owner) && !isAlive(owner)) rmSync(join(parent, name), { recursive: true, force: true });
    }
    const unfinished = `${folder}.${process.pid}`;
    try {
      if (!(await compile(go, unfinished))) return null;
      renameSync(unfinished, folder);
    } catch (error) {
      // Another process was first.
      if (!existsSync(folder)) throw error;
    } finally {
      rmSync(unfinished, { recursive: true, force: true });
    }
    return folder;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    return null;
  }
}

function compile(go: string, folder: string): Promise<boolean> {
  return new Promise((done) => {
    // Sandboxes of other users read it, whatever this process's mask.
    const child = spawn("/bin/sh", ["-c", 'umask 022; mkdir "$GOCACHE" && exec "$@"', "sh", go, "build", ...PACKAGES], {
      cwd: "/",
      env: { ...GO_ENVIRONMENT, PATH: "/usr/bin:/bin", HOME: folder, GOCACHE: folder },
      stdio: "ignore",
      timeout: LONGEST_MS,
      killSignal: "SIGKILL",
    });
    child.once("error", () => done(false));
    child.once("close", (code) => done(code === 0));
  });
}

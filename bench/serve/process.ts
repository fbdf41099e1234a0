/** `guerdon serve` as a process, for what attacks it: started, asked, measured, ended. */
import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { Agent, request, type IncomingHttpHeaders } from "node:http";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

/** A line of the log. */
export interface LogLine {
  readonly level: string;
  readonly event: string;
  readonly [field: string]: unknown;
}

export interface Served {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly child: ChildProcess;
  /** Lines of the log so far. */
  readonly lines: readonly LogLine[];
  /** What stood on standard error and was no line of the log; empty of a healthy process. */
  stray(): string;
  /** True once the process has ended. */
  ended(): boolean;
  /** A value of `/metrics`; 0 where there is none of the name. */
  metric(name: string): Promise<number>;
  /** Sends a signal, and waits for the end; gives the exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts a server on a free port and waits until it listens. @throws Error with what it said where it does not */
export async function serve(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Served> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", MAIN, "serve", "--port", "0", ...args], { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, ...env } });
  const lines: LogLine[] = [];
  let stray = "";
  let rest = "";
  let over = false;
  const closed = new Promise<number | null>((done) =>
    child.once("close", (code) => {
      over = true;
      done(code);
    }),
  );
  const url = await new Promise<string>((done, failed) => {
    child.stderr!.on("data", (data: Buffer) => {
      const parts = (rest + data.toString()).split("\n");
      rest = parts.pop()!;
      for (const line of parts) {
        const read = logLine(line);
        if (read === null) stray += `${line}\n`;
        else lines.push(read);
        if (read?.event === "listening") done(String(read["url"]));
      }
    });
    void closed.then((code) => failed(new Error(`guerdon serve ended with ${code}: ${stray}${rest}`)));
  });
  return {
    url,
    port: Number(new URL(url).port),
    pid: child.pid!,
    child,
    lines,
    stray: () => stray + rest,
    ended: () => over,
    async metric(name) {
      const line = (await ask(`${url}/metrics`)).body.toString().split("\n").find((each) => each.startsWith(`${name} `));
      return line === undefined ? 0 : Number(line.slice(name.length + 1));
    },
    end(signal = "SIGTERM") {
      child.kill(signal);
      return closed;
    },
  };
}

function logLine(line: string): LogLine | null {
  if (!line.startsWith("{")) return null;
  try {
    return JSON.parse(line) as LogLine;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

export interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly agent?: Agent;
  readonly signal?: AbortSignal;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly ms: number;
}

const connections = new Agent({ keepAlive: true, maxSockets: 256 });

/** Asks once; paths go out as they are written. @throws Error of the connection, `ECONNRESET` and the like */
export function ask(address: string, { method, headers = {}, body, agent = connections, signal }: Asking = {}): Promise<Answered> {
  const at = address.indexOf("/", "http://".length);
  const { hostname, port } = new URL(at < 0 ? address : address.slice(0, at));
  const began = performance.now();
  return new Promise((done, failed) => {
    const sent = request(
      {
        hostname, port, agent,
        path: at < 0 ? "/" : address.slice(at),
        method: method ?? (body === undefined ? "GET" : "POST"),
        headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...(body === undefined || "transfer-encoding" in headers ? {} : { "content-length": Buffer.byteLength(body) }), ...headers },
        ...(signal === undefined ? {} : { signal }),
      },
      (reply) => {
        const chunks: Buffer[] = [];
        reply.on("data", (chunk: Buffer) => chunks.push(chunk));
        reply.on("end", () => done({ status: reply.statusCode!, headers: reply.headers, body: Buffer.concat(chunks), ms: performance.now() - began }));
        reply.on("error", failed);
      },
    );
    sent.on("error", failed);
    sent.end(body);
  });
}

/** Bytes of memory that a process holds, in MiB. NaN where the system does not tell. */
export function residentMb(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return Number.NaN;
    throw error;
  }
}

/** Waits until something is so. @throws Error after `withinMs` */
export async function until(what: string, so: () => boolean | Promise<boolean>, withinMs = 60_000): Promise<void> {
  const over = performance.now() + withinMs;
  while (!(await so())) {
    if (performance.now() > over) throw new Error(`${what}: not within ${withinMs} ms`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

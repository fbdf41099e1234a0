/** `guerdon serve`: rewards over HTTP, in the forms that trainers ask for them. */
import { InvalidArgumentError, Option, type Command } from "commander";
import type { SpecSetting } from "../../serve/http/engine.ts";
import type { Limits } from "../../serve/http/limits.ts";

interface ServeFlags {
  readonly reward?: readonly SpecSetting[];
  readonly contract: readonly string[];
  readonly host: string;
  readonly port: number;
  readonly tokens?: string;
  readonly workers?: number;
  readonly workerMemory: number;
  readonly sandbox?: string;
  readonly codeConcurrency?: number;
  readonly concurrency?: number;
  readonly maxBody?: number;
  readonly maxItems?: number;
  readonly maxWaiting?: number;
  readonly maxConnections?: number;
  readonly timeout?: number;
  readonly drain?: number;
  readonly log: "all" | "failed" | "none";
  readonly logBodies?: boolean;
  readonly watch: boolean;
}

const WATCH_MS = 1000;

export function register(program: Command): void {
  program
    .command("serve")
    .summary("serve rewards over HTTP")
    .description(
      "Serve rewards over HTTP: the native API (POST /v1/score, /v1/verify, /v1/advantages, /v1/methods) and the contracts that are named.\n" +
        "Without --reward: verify/math on the recognised reference. GET /health, /ready, /metrics, /openapi.json.",
    )
    .option("-r, --reward <[name=]spec>", "reward spec (.yaml, .json, my.reward.ts#reward); with a name, for rollouts of that task or data_source (repeatable)", addSpec)
    .option("-c, --contract <name[:choice]>", "answer as another reward server does, such as openrlhf:retry, slime:neutral=0, eval-protocol:said (repeatable)", (text: string, before: readonly string[]) => [...before, text], [])
    .option("--host <address>", "address to listen on; any but this machine's own needs --tokens", "127.0.0.1")
    .option("-p, --port <n>", "port; 0 takes a free one", port, 8080)
    .option("--tokens <file>", "let in only who has a token: lines of SHA-256 in hex and a name, read again when they change")
    .option("--workers <n>", "threads that score (default: one a core)", positive)
    .option("--worker-memory <mb>", "heap of one thread; a request that needs more is undecided", positive, 1024)
    .option("--sandbox <where>", "where programs run that verifiers check: local, or remote:URL of a SandboxFusion server (default: local)", sandbox)
    .option("--code-concurrency <n>", "items whose programs run at a time (default: 8)", positive)
    .option("--concurrency <n>", "requests on their way; above, 429 (default: 1024)", positive)
    .option("--max-body <bytes>", "size of one body, such as 33554432 or 32MiB; above, 413 (default: 32MiB)", bytes)
    .option("--max-items <n>", "items of one request; above, 413 (default: 16384)", positive)
    .option("--max-waiting <bytes>", "size of all bodies on their way; above, 429 (default: 512MiB)", bytes)
    .option("--max-connections <n>", "connections; those above are closed (default: 16384)", positive)
    .option("--timeout <seconds>", "time for an answer; after, 503 or 504 (default: 120)", positive)
    .option("--drain <seconds>", "time that requests on their way have when the server is told to end (default: 25)", wholeNumber)
    .addOption(new Option("--log <requests>", "which requests are logged, one line of JSON each").choices(["all", "failed", "none"]).default("failed"))
    .option("--log-bodies", "log bodies and answers too; they hold the text of responses")
    .option("--no-watch", "do not look for changes of specs and tokens (SIGHUP reads them again)")
    .action(serve);
}

async function serve(flags: ServeFlags): Promise<void> {
  const [{ availableParallelism }, { DEFAULT_REWARD, contracts, contractsUrl, jsonLog, native, parseChoice, startServer }, { methodsUrl }] = await Promise.all([
    import("node:os"),
    import("../../serve/index.ts"),
    import("../../methods.ts"),
  ]);
  const log = jsonLog(process.stderr);
  const specs: readonly SpecSetting[] = flags.reward ?? [{ name: null, from: DEFAULT_REWARD }];
  const server = await startServer({
    host: flags.host,
    port: flags.port,
    specs,
    contracts: [{ contract: native, nulls: "said", settings: {} }, ...flags.contract.map((text) => parseChoice(text, contracts))],
    known: contracts,
    contractsUrl,
    methodsUrl,
    workers: flags.workers ?? availableParallelism(),
    memoryMb: flags.workerMemory,
    tokens: flags.tokens ?? null,
    limits: limitsOf(flags),
    log,
    logRequests: flags.log,
    logBodies: flags.logBodies === true,
    watchMs: flags.watch ? WATCH_MS : 0,
    ...(flags.sandbox === undefined ? {} : { sandbox: flags.sandbox }),
  });
  log("info", "listening", { url: server.url });
  process.on("SIGHUP", () => void server.reload());
  await new Promise<void>((done) => {
    const end = (): void => void server.close().then(done);
    process.on("SIGTERM", end);
    process.on("SIGINT", end);
  });
  process.exit();
}

function limitsOf(flags: ServeFlags): Partial<Limits> {
  const given: Partial<Record<keyof Limits, number | undefined>> = {
    bodyBytes: flags.maxBody,
    items: flags.maxItems,
    concurrency: flags.concurrency,
    waitingBytes: flags.maxWaiting,
    codeConcurrency: flags.codeConcurrency,
    answerSeconds: flags.timeout,
    connections: flags.maxConnections,
    drainSeconds: flags.drain,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<Limits>;
}

/** `SPEC`, or `NAME=SPEC`; a name may have slashes, as `openai/gsm8k` has. */
function addSpec(text: string, before: readonly SpecSetting[] = []): readonly SpecSetting[] {
  const at = text.indexOf("=");
  const name = at < 0 ? null : text.slice(0, at);
  const from = text.slice(at + 1);
  if (name === "" || from === "") throw new InvalidArgumentError("must be SPEC or NAME=SPEC");
  if (before.some((other) => other.name === name)) throw new InvalidArgumentError(name === null ? "there is a reward without a name already; say NAME=SPEC" : `there is a reward named ${name} already`);
  return [...before, { name, from }];
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError("must be a whole number, 0 or more");
  return value;
}

function port(text: string): number {
  const value = wholeNumber(text);
  if (value > 65535) throw new InvalidArgumentError("must be at most 65535");
  return value;
}

const UNITS: Readonly<Record<string, number>> = { "": 1, KiB: 1 << 10, MiB: 1 << 20, GiB: 1 << 30 };

/** `33554432`, `32MiB`. */
function bytes(text: string): number {
  const [, digits, unit = ""] = /^(\d+) ?(\w*)$/.exec(text) ?? [];
  const size = UNITS[unit];
  if (digits === undefined || size === undefined || Number(digits) === 0) throw new InvalidArgumentError("must be a number of bytes, such as 33554432 or 32MiB");
  return Number(digits) * size;
}

function sandbox(text: string): string {
  if (!/^(local|remote:https?:\/\/\S+)$/.test(text)) throw new InvalidArgumentError("must be local or remote:URL");
  return text;
}

function positive(text: string): number {
  const value = wholeNumber(text);
  if (value === 0) throw new InvalidArgumentError("must be 1 or more");
  return value;
}

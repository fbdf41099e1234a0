/** `guerdon serve`: rewards over HTTP, in the forms that trainers ask for them. */
import { InvalidArgumentError, Option, type Command } from "commander";
import type { SpecSetting } from "../../serve/http/engine.ts";

interface ServeFlags {
  readonly reward?: readonly SpecSetting[];
  readonly contract: readonly string[];
  readonly host: string;
  readonly port: number;
  readonly tokens?: string;
  readonly workers?: number;
  readonly workerMemory: number;
  readonly sandbox?: string;
  readonly limit: readonly string[];
  readonly log: "all" | "failed" | "none";
  readonly logBodies?: boolean;
  readonly watch: boolean;
}

const WATCH_MS = 1000;

/** As `limitsSchema` has them, which is not loaded for a line of help. */
const DEFAULT_LIMITS =
  "bodyBytes=32MiB items=16384 concurrency=1024 waitingBytes=512MiB codeConcurrency=8 answerSeconds=120 stuckSeconds=15 headersSeconds=15 requestSeconds=60 keepAliveSeconds=75 connections=16384 drainSeconds=25 quietSeconds=0.5";

export function register(program: Command): void {
  program
    .command("serve")
    .summary("serve rewards over HTTP")
    .description(
      "Serve rewards over HTTP: the native API (POST /v1/score, /v1/verify, /v1/advantages, /v1/methods) and the contracts that are named.\n" +
        "Without --reward: verify/math on the recognised reference. GET /health, /ready, /metrics, /openapi.json.",
    )
    .option("-r, --reward <[name=]spec>", "reward spec (.yaml, .json, my.reward.ts#reward); with a name, for rollouts of that task or data_source (repeatable)", addSpec)
    .option("-c, --contract <name[:choice]>", "answer as another reward server does, such as openrlhf:retry, slime:neutral=0, eval-protocol:said (repeatable)", repeated, [])
    .option("--host <address>", "address to listen on; any but this machine's own needs --tokens", "127.0.0.1")
    .option("-p, --port <n>", "port; 0 takes a free one", port, 8080)
    .option("--tokens <file>", "let in only who has a token: lines of SHA-256 in hex and a name, read again when they change")
    .option("--workers <n>", "threads that score (default: one a core)", positive)
    .option("--worker-memory <mb>", "heap of one thread; a request that needs more is undecided", positive, 1024)
    .option("--sandbox <where>", "where programs run that verifiers check: local, or remote:URL of a SandboxFusion server (default: local)", sandbox)
    .option("-l, --limit <name=value>", `a limit, such as bodyBytes=64MiB (repeatable); the defaults: ${DEFAULT_LIMITS}`, repeated, [])
    .addOption(new Option("--log <requests>", "which requests are logged, one line of JSON each").choices(["all", "failed", "none"]).default("failed"))
    .option("--log-bodies", "log bodies and answers too; they hold the text of responses")
    .option("--no-watch", "do not look for changes of specs and tokens (SIGHUP reads them again)")
    .action(serve);
}

async function serve(flags: ServeFlags): Promise<void> {
  const [{ availableParallelism }, { DEFAULT_REWARD, contracts, contractsUrl, jsonLog, native, parseChoice, parseLimits, startServer }, { methodsUrl }] = await Promise.all([
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
    limits: parseLimits(flags.limit),
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

function repeated(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
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

function sandbox(text: string): string {
  if (!/^(local|remote:https?:\/\/\S+)$/.test(text)) throw new InvalidArgumentError("must be local or remote:URL");
  return text;
}

function positive(text: string): number {
  const value = wholeNumber(text);
  if (value === 0) throw new InvalidArgumentError("must be 1 or more");
  return value;
}

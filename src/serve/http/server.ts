/** `guerdon serve`: one process that owns the port. The main thread reads bytes and writes bytes; threads parse, score and write. */
import { Buffer } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { performance } from "node:perf_hooks";
import type { FastifyReply, FastifyRequest } from "fastify";
import { suggestion } from "../../core/errors.ts";
import { parseOptions } from "../../core/options.ts";
import { FRAME_TYPE } from "../arrays.ts";
import { isForeignOrigin, isLoopbackHost, presentedToken, readTokens, requireTokensFor, type Token } from "./auth.ts";
import { BLOCK_BYTES, Blocks } from "./blocks.ts";
import { Exchange, stackOf, TOO_MUCH } from "./exchange.ts";
import type { Contract, ContractChoice, ContractFault } from "../contract.ts";
import { Engine, type SpecSetting } from "./engine.ts";
import { RETRY_SECONDS } from "./faults.ts";
import { Flights, type Flight } from "./flights.ts";
import type { Answered } from "./tasks.ts";
import { limitsSchema, type Limits } from "./limits.ts";
import { listenFault, openListener } from "./listener.ts";
import type { Log } from "./log.ts";
import { openMetrics } from "./metrics.ts";
import { openApi } from "./openapi.ts";
import type { JobParts } from "./protocol.ts";
import { Rates } from "./rate.ts";
import { closedRoutes, openRoutes, type OpenRoute } from "./routes.ts";
import { openTracing } from "./tracing.ts";
import { watchFiles } from "./watch.ts";

export interface ServeOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly specs: readonly SpecSetting[];
  /** Contracts that are on. */
  readonly contracts: readonly ContractChoice[];
  /** Every contract there is, so that a route that is off says what opens it. */
  readonly known: readonly Contract[];
  /** URL of the module that exports them as `contracts`, where threads find them. */
  readonly contractsUrl: string;
  /** URL of a module that exports `resolveMethod` and `openCapabilities`. */
  readonly methodsUrl: string;
  readonly workers: number;
  /** Heap of one thread. */
  readonly memoryMb: number;
  /** `local`, or `remote:URL`. */
  readonly sandbox?: string;
  /** File of tokens; null lets everybody in, on this machine only. */
  readonly tokens: string | null;
  readonly limits?: Partial<Limits>;
  readonly log: Log;
  readonly logRequests: "all" | "failed" | "none";
  /** Bodies and answers in the log. */
  readonly logBodies: boolean;
  /** Milliseconds between two looks at the files of specs and tokens; 0 looks only when told. */
  readonly watchMs: number;
}

export interface Server {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  /** Reads specs and tokens again. */
  reload(): Promise<void>;
  /** Takes no more requests, waits for those in flight up to the limit, and ends. Called again, it ends at once. */
  close(): Promise<void>;
}

const LOOK_MS = 250;

const QUIET_LOOK_MS = 20;

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\b/i;

/** Starts a server. @throws GuerdonError where a spec, a contract, the tokens or the address are at fault, or a package is missing */
export async function startServer(options: ServeOptions): Promise<Server> {
  const limits = parseOptions("serve", limitsSchema, options.limits ?? {});
  const { host, log } = options;
  requireTokensFor(host, options.tokens);
  const routes = openRoutes(options.contracts);
  let tokens: readonly Token[] | null = options.tokens === null ? null : await readTokens(options.tokens);
  const rates = new Rates();
  rates.set(tokens ?? [], performance.now());
  let draining = false;
  /** When a request last came that was told to ask another. */
  let lastLate = 0;
  const flights = new Flights();
  const blocks = new Blocks(limits.waitingBytes + limits.bodyBytes + limits.concurrency * BLOCK_BYTES);
  const metrics = await openMetrics(() => ({
    waiting: engine.waiting,
    inFlight: flights.size,
    heapBytes: engine.heapBytes,
    bodyBytes: blocks.taken * BLOCK_BYTES,
    connections: sockets.size,
    ready: !draining && engine.up,
    specFault: engine.reloaded.fault !== null,
    reloads: engine.reloaded.count,
  }));
  const tracing = await openTracing();
  const engine = await Engine.open({
    specs: options.specs,
    routes,
    start: { contractsUrl: options.contractsUrl, methodsUrl: options.methodsUrl, capabilities: options.sandbox === undefined ? {} : { sandbox: options.sandbox }, items: limits.items },
    blocks,
    workers: options.workers,
    memoryMb: options.memoryMb,
    codeConcurrency: limits.codeConcurrency,
    codeWaiting: limits.concurrency,
    stuckMs: limits.stuckSeconds * 1000,
    events: {
      tally: metrics.tally,
      died(why) {
        metrics.death();
        log("error", "worker-death", { why });
      },
      isolated: ({ kind, layers }) => log("info", "sandbox", { isolation: kind, layers }),
    },
  });

  const { app, sockets } = await openListener(limits, metrics);
  const exchange = new Exchange({ flights, blocks, metrics, rates, limits, log, logRequests: options.logRequests, logBodies: options.logBodies, draining: () => draining });
  const flightOf = (request: FastifyRequest): Flight => (request as FastifyRequest & { flight: Flight }).flight;
  app.decorateRequest("flight", null as unknown as Flight);
  const openPaths: readonly string[] = ["/health", "/ready"];

  app.addHook("onRequest", (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    const owner = request.routeOptions.config as { readonly label?: string; readonly contract?: Contract; readonly answer?: (flight: Flight, request: FastifyRequest, raw: ServerResponse) => void };
    const flight = flights.begin(String(request.id), owner.label ?? "none");
    (request as FastifyRequest & { flight: Flight }).flight = flight;
    reply.raw.once("close", () => exchange.gone(flight));
    const stop = (status: number, code: string, message: string): void => {
      reply.hijack();
      exchange.refuse(flight, reply.raw, { status, code, message }, owner.contract);
    };
    if (tokens === null) {
      const { host: asked, origin } = request.headers;
      if (!isLoopbackHost(asked)) return stop(421, "host", `the Host header must be of this machine, got ${JSON.stringify(asked)}; start with --tokens to serve others`);
      if (isForeignOrigin(origin, asked)) return stop(403, "origin", `a page of ${JSON.stringify(origin)} may not ask; start with --tokens`);
    }
    const token = tokens === null ? null : presentedToken(tokens, request.headers.authorization, request.headers["x-api-key"]);
    flight.token = token?.name ?? null;
    if (openPaths.includes(flight.route)) return done();
    if (draining) {
      lastLate = performance.now();
      return stop(503, "draining", "the server is ending; ask another");
    }
    if (tokens !== null && token === null) {
      const { authorization, "x-api-key": key } = request.headers;
      return stop(401, "token", authorization === undefined && key === undefined ? "a token must be given, as Authorization: Bearer TOKEN or X-Api-Key: TOKEN" : "the token must be one that this server knows, as Authorization: Bearer TOKEN or X-Api-Key: TOKEN");
    }
    const length = Number(request.headers["content-length"] ?? 0);
    if (owner.contract !== undefined && length <= limits.bodyBytes) {
      // Bodies that are still coming are held as well.
      if (exchange.isTooMuch(flight, length)) return stop(429, "busy", TOO_MUCH);
      flights.expect(flight, length);
    }
    if (flights.working >= limits.concurrency && owner.contract !== undefined) return stop(429, "busy", `${limits.concurrency} requests are on their way; ask again in ${RETRY_SECONDS} s`);
    const tooFast = owner.contract === undefined ? null : rates.ask(flight.token, flight.began);
    if (tooFast !== null) {
      metrics.limited(flight.token!, tooFast.rate);
      flight.retrySeconds = tooFast.afterSeconds;
      return stop(429, "rate", tooFast.message);
    }
    if (tracing !== null && owner.contract !== undefined) flight.span = tracing.begin(flight.route, request.method, request.headers);
    const { answer, contract } = owner;
    if (answer === undefined) return done();
    // What the framework would do from here on, with bodies and answers of its own, is half of what a small request costs.
    reply.hijack();
    const { raw } = reply;
    exchange.receive(flight, request.raw, (fault) => {
      if (fault !== null) return exchange.refuse(flight, raw, fault, contract);
      try {
        answer(flight, request, raw);
      } catch (error) {
        unexpected(flight, raw, error as Error, contract);
      }
    });
  });

  // Bodies of other routes are not read.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request: FastifyRequest, _payload: IncomingMessage, done: (error: Error | null) => void) => done(null));

  const unexpected = (flight: Flight, raw: ServerResponse, error: Error, contract?: Contract): void => {
    log("error", "unexpected", { error: options.logBodies ? (error.stack ?? error.message) : stackOf(error.stack ?? error.message) });
    exchange.refuse(flight, raw, { status: 500, code: "http", message: "something went wrong that should not have; the log has it" }, contract);
  };

  const answerWith = (index: number, { choice, route }: OpenRoute) => (flight: Flight, request: FastifyRequest, raw: ServerResponse): void => {
    if (flight.at < 0) return;
    const { contract } = choice;
    const body = flight.body ?? { length: 0, blocks: [] };
    if (route.method === "POST") {
      const type = request.headers["content-type"];
      flight.frame = contract.name === "native" && type === FRAME_TYPE;
      // A page may send a body of no type anywhere without asking; tokens are what it has not.
      const typed = type === undefined ? tokens !== null || body.length === 0 : flight.frame || JSON_TYPE.test(type);
      if (!typed) return exchange.refuse(flight, raw, { status: 415, code: "content-type", message: `content-type: must be application/json${contract.name === "native" ? ` or ${FRAME_TYPE}` : ""}, got ${JSON.stringify(type) ?? "none"}` }, contract);
      if (request.headers["content-encoding"] !== undefined) return exchange.refuse(flight, raw, { status: 415, code: "content-encoding", message: "content-encoding: must not be given; send the body as it is" }, contract);
    }
    if (flights.working >= limits.concurrency || exchange.isTooMuch(flight, body.length)) return exchange.refuse(flight, raw, { status: 429, code: "busy", message: TOO_MUCH }, contract);
    exchange.note(flight, body);
    flights.work(flight, body.length, limits.answerSeconds * 1000, (begun) =>
      exchange.refuse(flight, raw, begun ? { status: 504, code: "time", message: `the answer took over ${limits.answerSeconds} s` } : { status: 503, code: "time", message: `nothing was free within ${limits.answerSeconds} s` }, contract),
    );
    flight.body = null;
    flight.pending = engine.answer({
      route: index,
      body,
      parts: flight.frame ? { params: {}, query: {}, frame: true } : partsOf(request),
      slowed: () => flights.slow(flight),
      answered(answer: Answered | ContractFault) {
        if (!("bytes" in answer)) return exchange.refuse(flight, raw, answer, contract);
        const { status, bytes, ...facts } = answer;
        exchange.send(flight, raw, status, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), facts);
      },
    });
  };
  routes.forEach((open, index) => app.route({ method: open.route.method, url: open.route.path, config: { label: open.route.path, contract: open.choice.contract, answer: answerWith(index, open) }, handler: () => undefined }));
  for (const { method, path, contracts } of closedRoutes(options.known, routes).values()) {
    const choices = { said: "", choice: ":retry|neutral=NUMBER|fail", either: ":said|retry|neutral=NUMBER|fail" };
    const flags = contracts.map(({ name, nulls }) => `--contract ${name}${choices[nulls]}`).join(" or ");
    app.route({
      method, url: path, config: { label: "none" },
      handler(request: FastifyRequest, reply: FastifyReply) {
        reply.hijack();
        exchange.refuse(flightOf(request), reply.raw, { status: 404, code: "closed", message: `${method} ${path} is not open; start the server with ${flags}` });
      },
    });
  }

  const own = (path: string, answer: (known: boolean) => { readonly status: number; readonly body: string; readonly type?: string } | Promise<{ readonly status: number; readonly body: string; readonly type?: string }>): void => {
    app.route({
      method: "GET", url: path, config: { label: path },
      async handler(request: FastifyRequest, reply: FastifyReply) {
        const { status, body, type } = await answer(tokens === null || flightOf(request).token !== null);
        reply.hijack();
        if (type !== undefined) reply.raw.setHeader("x-content-type-options", "nosniff");
        exchange.sendOwn(flightOf(request), reply.raw, status, body, type);
      },
    });
  };
  const document = JSON.stringify(openApi(routes));
  own("/health", () => ({ status: 200, body: '{"status":"healthy"}' }));
  own("/ready", (known) => {
    const { fault } = engine.reloaded;
    const ready = !draining && engine.up;
    if (!known) return { status: ready ? 200 : 503, body: JSON.stringify({ ready, draining }) };
    const specs = engine.facts.map(({ name, hash, reduces }) => ({ name: name ?? "default", plan: hash, reduces }));
    return { status: ready ? 200 : 503, body: JSON.stringify({ ready, draining, workers: engine.up, specs, specFault: fault }) };
  });
  own("/metrics", async () => ({ status: 200, body: await metrics.text(), type: metrics.contentType }));
  own("/openapi.json", () => ({ status: 200, body: document }));

  const paths = [...new Set([...routes.map(({ route }) => route.path), "/health", "/ready", "/metrics", "/openapi.json"])];
  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    reply.hijack();
    const path = request.url.split("?", 1)[0]!;
    const other = routes.find(({ route }) => route.path === path);
    exchange.refuse(flightOf(request), reply.raw, other === undefined ? { status: 404, code: "not-found", message: `${path.slice(0, 200)}: there is no such route${suggestion(path.slice(0, 200), paths)}` } : { status: 405, code: "method", message: `${path}: must be asked with ${other.route.method}, got ${request.method}` });
  });
  app.setErrorHandler((error: Error & { readonly statusCode?: number; readonly code?: string }, request: FastifyRequest, reply: FastifyReply) => {
    reply.hijack();
    const status = error.statusCode ?? 500;
    if (status >= 500) return unexpected(flightOf(request), reply.raw, error);
    exchange.refuse(flightOf(request), reply.raw, { status, code: "http", message: error.message });
  });

  const reloadSpecs = async (): Promise<void> => {
    const { fault } = await engine.reload();
    if (fault === null) log("info", "spec-reloaded", { specs: engine.facts.map(({ name, hash }) => ({ name: name ?? "default", plan: hash })) });
    else log("error", "spec-refused", { fault, serving: engine.facts.map(({ hash }) => hash) });
  };
  const reloadTokens = async (): Promise<void> => {
    if (options.tokens === null) return;
    try {
      tokens = await readTokens(options.tokens);
      rates.set(tokens, performance.now());
      log("info", "tokens-reloaded", { tokens: tokens.map(({ name }) => name) });
    } catch (error) {
      log("error", "tokens-refused", { fault: (error as Error).message });
    }
  };

  const files = options.specs.flatMap(({ from }) => (typeof from === "string" ? [from.replace(/#\w+$/, "")] : []));
  const watching = options.watchMs === 0 ? [] : [watchFiles(files, () => void reloadSpecs(), options.watchMs), watchFiles(options.tokens === null ? [] : [options.tokens], () => void reloadTokens(), options.watchMs)];
  const looking = setInterval(() => {
    flights.expire(performance.now());
    engine.look();
  }, LOOK_MS);
  looking.unref();

  try {
    await app.listen({ host, port: options.port, listenTextResolver: () => "" });
  } catch (error) {
    clearInterval(looking);
    for (const stop of watching) stop();
    await engine.close();
    throw listenFault(error as NodeJS.ErrnoException, host, options.port);
  }
  const { port } = app.server.address() as AddressInfo;
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  let closing: Promise<void> | null = null;
  let atOnce = false;
  const end = async (): Promise<void> => {
    draining = true;
    log("info", "draining", { inFlight: flights.size });
    const until = performance.now() + limits.drainSeconds * 1000;
    lastLate = performance.now();
    const nothingLost = await flights.idle(limits.drainSeconds * 1000);
    if (!nothingLost) log("warn", "drain-limit", { lost: flights.size });
    const quiet = (): boolean => performance.now() >= Math.min(until, lastLate + limits.quietSeconds * 1000);
    while (nothingLost && !atOnce && !quiet()) await new Promise((done) => setTimeout(done, QUIET_LOOK_MS));
    clearInterval(looking);
    for (const stop of watching) stop();
    const closed = app.close();
    // Answers are written; a client that does not read its own is not waited for long.
    const late = setTimeout(() => app.server.closeAllConnections(), nothingLost ? 1000 : 0);
    await closed;
    clearTimeout(late);
    await engine.close();
    log("info", "closed");
  };
  return {
    url,
    async reload() {
      await Promise.all([reloadSpecs(), reloadTokens()]);
    },
    close() {
      if (closing !== null) {
        atOnce = true;
        flights.giveUp();
      }
      return (closing ??= end());
    },
  };
}

/** What came with the body; null, as for most, where nothing did. */
function partsOf(request: FastifyRequest): JobParts | null {
  const params = request.params as Readonly<Record<string, string>>;
  const query = request.query as Readonly<Record<string, string | string[]>>;
  const asked = Object.keys(query);
  if (asked.length === 0 && Object.keys(params).length === 0) return null;
  return { params: { ...params }, query: Object.fromEntries(asked.map((name) => [name, Array.isArray(query[name]) ? query[name].at(-1)! : query[name]!])) };
}

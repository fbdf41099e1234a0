/** What Prometheus reads. */
import type { Counter, Histogram } from "prom-client";
import { GuerdonError } from "../../core/errors.ts";
import type { ThreadTally } from "./protocol.ts";
import type { RateName } from "./rate.ts";

/** Values that are looked up when somebody asks. */
export interface Gauges {
  readonly waiting: { readonly light: number; readonly code: number };
  readonly inFlight: number;
  readonly heapBytes: number;
  /** Memory that bodies have. */
  readonly bodyBytes: number;
  readonly connections: number;
  readonly ready: boolean;
  /** The files of the specs are at fault, and those before them are served. */
  readonly specFault: boolean;
  readonly reloads: number;
}

export interface Metrics {
  /** A request has its answer. */
  request(route: string, status: number, seconds: number, items: number): void;
  tally(tally: ThreadTally): void;
  death(): void;
  /** A token asked for more than it may. */
  limited(token: string, rate: RateName): void;
  text(): Promise<string>;
  readonly contentType: string;
}

/** Reasons that are counted apart. */
const MOST_REASONS = 200;

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

/** Loads a package that `serve` needs. @throws GuerdonError (missing-peer) with what to install */
export async function peer<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw new GuerdonError("missing-peer", `serve: the packages fastify and prom-client must be installed: npm install fastify prom-client (missing: ${name})`, { package: name }, error);
  }
}

/** @throws GuerdonError (missing-peer) */
export async function openMetrics(gauges: () => Gauges): Promise<Metrics> {
  const prom = await peer("prom-client", () => import("prom-client"));
  const registry = new prom.Registry();
  const registers = [registry];
  const requests = new prom.Counter({ name: "guerdon_requests_total", help: "Requests by route and status.", labelNames: ["route", "status"], registers });
  const seconds = new prom.Histogram({ name: "guerdon_request_seconds", help: "Seconds from the headers to the answer.", labelNames: ["route"], buckets: SECONDS, registers });
  const items = new prom.Counter({ name: "guerdon_items_total", help: "Items scored, by route.", labelNames: ["route"], registers });
  const verdicts = new prom.Counter({ name: "guerdon_verdicts_total", help: "Verdicts by status.", labelNames: ["status"], registers });
  const nulls = new prom.Counter({ name: "guerdon_null_rewards_total", help: "Rewards that are null, by the reason.", labelNames: ["reason"], registers });
  const deaths = new prom.Counter({ name: "guerdon_worker_deaths_total", help: "Threads that died or were ended since they hung.", registers });
  const limited = new prom.Counter({ name: "guerdon_rate_limited_total", help: "Requests refused since their token asked for more than it may, by what is used up.", labelNames: ["token", "rate"], registers });
  const gauge = (name: string, help: string, value: (now: Gauges) => number): void => {
    new prom.Gauge({ name, help, registers, collect() { this.set(value(gauges())); } });
  };
  gauge("guerdon_in_flight", "Requests that have no answer yet.", (now) => now.inFlight);
  gauge("guerdon_connections", "Connections that are open.", (now) => now.connections);
  gauge("guerdon_body_bytes", "Memory that bodies have, from their first bytes to their answers.", (now) => now.bodyBytes);
  gauge("guerdon_worker_heap_bytes", "Heap in use of the threads that score.", (now) => now.heapBytes);
  gauge("guerdon_ready", "1 where requests are taken.", (now) => Number(now.ready));
  gauge("guerdon_spec_fault", "1 where the files of the specs are at fault and those before them are served.", (now) => Number(now.specFault));
  gauge("guerdon_spec_reloads", "Times the specs were read again.", (now) => now.reloads);
  new prom.Gauge({
    name: "guerdon_queue_depth",
    help: "What waits: requests for a thread, items for a sandbox.",
    labelNames: ["queue"],
    registers,
    collect() {
      const { waiting } = gauges();
      this.set({ queue: "threads" }, waiting.light);
      this.set({ queue: "sandbox" }, waiting.code);
    },
  });
  prom.collectDefaultMetrics({ register: registry, prefix: "guerdon_" });

  // Verifiers have their reasons; a function of a user may make one up for every row.
  const known = new Set<string>();
  const told = (reason: string): string => (known.has(reason) || known.size < MOST_REASONS ? (known.add(reason), reason) : "other");

  // Labels are looked up once: the look-up costs more than the count.
  const byRoute = new Map<string, { readonly seconds: Histogram.Internal<"route">; readonly items: Counter.Internal; readonly statuses: Map<number, Counter.Internal> }>();
  return {
    request(route, status, took, scored) {
      let kept = byRoute.get(route);
      if (kept === undefined) byRoute.set(route, (kept = { seconds: seconds.labels(route), items: items.labels(route), statuses: new Map() }));
      let count = kept.statuses.get(status);
      if (count === undefined) kept.statuses.set(status, (count = requests.labels(route, String(status))));
      count.inc();
      kept.seconds.observe(took);
      if (scored > 0) kept.items.inc(scored);
    },
    tally({ statuses, nulls: reasons }) {
      for (const [status, n] of Object.entries(statuses)) verdicts.inc({ status }, n);
      for (const [reason, n] of Object.entries(reasons)) nulls.inc({ reason: told(reason) }, n);
    },
    death: () => deaths.inc(),
    limited: (token, rate) => limited.inc({ token, rate }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

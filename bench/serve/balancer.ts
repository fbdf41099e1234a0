/** A balancer as small as one can be: requests in turn to the servers that are ready, and to the next where one is ending or gone. */
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ask } from "./process.ts";

export interface Balancer {
  readonly url: string;
  /** Takes a server in. */
  add(url: string): void;
  /** Requests that went to another server than the first one that was tried. */
  retried(): number;
  close(): Promise<void>;
}

export interface BalancerOptions {
  /** Milliseconds between two looks at `/ready`. */
  readonly lookMs: number;
  /** Whether what one server refused, or did not answer, goes to the next. Without it the client is told what the server said, or 502. */
  readonly retries: boolean;
}

interface Backend {
  readonly url: string;
  ready: boolean;
}

/** Starts a balancer. */
export async function balance(urls: readonly string[], { lookMs, retries }: BalancerOptions): Promise<Balancer> {
  const backends: Backend[] = urls.map((url) => ({ url, ready: true }));
  const agent = new Agent({ keepAlive: true });
  let turn = 0;
  let again = 0;

  const send = ({ url }: Backend, asked: IncomingMessage, body: Buffer): Promise<{ readonly reply: IncomingMessage; readonly text: Buffer }> =>
    new Promise((done, failed) => {
      const sent = request(`${url}${asked.url!}`, { method: asked.method, headers: { "content-type": asked.headers["content-type"] ?? "application/json", "content-length": body.length }, agent }, (reply) => {
        const parts: Buffer[] = [];
        reply.on("data", (part: Buffer) => parts.push(part));
        reply.on("end", () => done({ reply, text: Buffer.concat(parts) }));
        reply.on("error", failed);
      });
      sent.on("error", failed);
      sent.end(body);
    });

  const pass = async (asked: IncomingMessage, answer: ServerResponse): Promise<void> => {
    const parts: Buffer[] = [];
    for await (const part of asked) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    const ready = backends.filter((each) => each.ready);
    const order = ready.length > 0 ? ready : backends;
    const first = turn++;
    let last: { readonly status: number; readonly text: Buffer } = { status: 502, text: Buffer.from("{}") };
    for (let k = 0; k < (retries ? order.length : 1); k++) {
      if (k > 0) again++;
      try {
        const { reply, text } = await send(order[(first + k) % order.length]!, asked, body);
        last = { status: reply.statusCode!, text };
        if (last.status !== 503) break;
      } catch (error) {
        last = { status: 502, text: Buffer.from(JSON.stringify({ error: { code: "balancer", message: (error as Error).message } })) };
      }
    }
    answer.writeHead(last.status, { "content-type": "application/json", "content-length": last.text.length });
    answer.end(last.text);
  };

  const server = createServer((asked, answer) => void pass(asked, answer));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const looking = setInterval(() => {
    for (const backend of backends)
      ask(`${backend.url}/ready`).then(
        ({ status }) => (backend.ready = status === 200),
        () => (backend.ready = false),
      );
  }, lookMs);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    add: (url) => void backends.push({ url, ready: true }),
    retried: () => again,
    async close() {
      clearInterval(looking);
      server.closeAllConnections();
      agent.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

/**
 * A load at an even rate: requests are made when they are due (looked at every millisecond), whether or not earlier ones have their answers, and latency
 * counts from then, so that a server that stalls is not spared the requests it kept from being sent. Plain sockets, one request at a time on each.
 */
import { Buffer } from "node:buffer";
import { connect, type Socket } from "node:net";
import { performance } from "node:perf_hooks";

export interface EvenLoad {
  readonly rps: number;
  /** Milliseconds from when a request was made, sent at once or not, to the end of its answer. */
  readonly p50: number;
  readonly p99: number;
  readonly failed: number;
}

interface Connection {
  readonly socket: Socket;
  due: number;
  /** Bytes of the answer that are still to come; negative while its head is read. */
  missing: number;
  head: Buffer;
}

const HEAD_END = Buffer.from("\r\n\r\n");

/** Sends `rate` requests a second for so many seconds over so many connections. */
export async function evenLoad(url: string, bodies: readonly string[], rate: number, seconds: number, connections: number): Promise<EvenLoad> {
  const { hostname, port, pathname } = new URL(url);
  const requests = bodies.map((body) => Buffer.from(`POST ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`));
  const idle: Connection[] = [];
  const waiting: number[] = [];
  const latencies: number[] = [];
  let failed = 0;
  let sent = 0;
  let next = 0;
  const send = (connection: Connection, due: number): void => {
    connection.due = due;
    connection.missing = -1;
    connection.socket.write(requests[next++ % requests.length]!);
  };
  const answered = (connection: Connection): void => {
    latencies.push(performance.now() - connection.due);
    const due = waiting.shift();
    if (due === undefined) idle.push(connection);
    else send(connection, due);
  };
  const take = (connection: Connection, chunk: Buffer): void => {
    if (connection.missing < 0) {
      connection.head = connection.head.length === 0 ? chunk : Buffer.concat([connection.head, chunk]);
      const end = connection.head.indexOf(HEAD_END);
      if (end < 0) return;
      const head = connection.head.toString("latin1", 0, end);
      if (!head.startsWith("HTTP/1.1 200")) failed++;
      connection.missing = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0) - (connection.head.length - end - HEAD_END.length);
      connection.head = Buffer.alloc(0);
    } else connection.missing -= chunk.length;
    if (connection.missing === 0) answered(connection);
  };
  const open = await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      await new Promise<void>((done, fail) => socket.once("connect", done).once("error", fail));
      const connection: Connection = { socket, due: 0, missing: 0, head: Buffer.alloc(0) };
      socket.on("data", (chunk: Buffer) => take(connection, chunk));
      socket.on("error", () => failed++);
      idle.push(connection);
      return connection;
    }),
  );
  const begun = performance.now();
  const total = Math.round(rate * seconds);
  await new Promise<void>((done) => {
    const tick = (): void => {
      const now = performance.now();
      for (; sent < total && begun + (sent * 1000) / rate <= now; sent++) {
        const connection = idle.pop();
        if (connection === undefined) waiting.push(now);
        else send(connection, now);
      }
      // Half a minute past the end is enough for any answer.
      if (latencies.length >= total || now > begun + seconds * 1000 + 30_000) done();
      else setTimeout(tick, 1);
    };
    tick();
  });
  const took = (performance.now() - begun) / 1000;
  for (const { socket } of open) socket.destroy();
  const sorted = Float64Array.from(latencies).sort();
  const at = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
  return { rps: latencies.length / took, p50: at(0.5), p99: at(0.99), failed: failed + total - latencies.length };
}

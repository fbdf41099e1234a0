/** What listens: Fastify under our limits, with our words for what is no request, and the connections that are open. */
import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { GuerdonError } from "../../core/errors.ts";
import type { Limits } from "./limits.ts";
import { peer, type Metrics } from "./metrics.ts";

export interface Listener {
  readonly app: FastifyInstance;
  readonly sockets: ReadonlySet<Socket>;
}

/** Makes it; it does not listen yet. @throws GuerdonError (missing-peer) */
export async function openListener(limits: Limits, metrics: Pick<Metrics, "request">): Promise<Listener> {
  const { fastify } = await peer("fastify", () => import("fastify"));
  const sockets = new Set<Socket>();
  const prefix = randomBytes(6).toString("base64url");
  let requests = 0;
  const app = fastify({
    logger: false,
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestSeconds * 1000,
    keepAliveTimeout: limits.keepAliveSeconds * 1000,
    // A client that neither sends nor reads is left once it could have had its answer.
    connectionTimeout: (limits.answerSeconds + limits.requestSeconds) * 1000,
    http: { headersTimeout: Math.min(limits.headersSeconds, limits.requestSeconds) * 1000, connectionsCheckingInterval: Math.min(1000, limits.headersSeconds * 500), maxHeaderSize: 16 << 10 },
    genReqId: (raw: IncomingMessage) => {
      const given = raw.headers["x-request-id"];
      return typeof given === "string" && /^[\w.:/+=-]{1,128}$/.test(given) ? given : `${prefix}-${(requests++).toString(36)}`;
    },
    // Addresses by which no route can be looked up.
    frameworkErrors({ statusCode: status = 400 }: FastifyError, { id }: FastifyRequest, { raw }: FastifyReply) {
      metrics.request("none", status, 0, 0);
      const body = JSON.stringify({ error: { code: "address", message: status === 414 ? "address: a part of it must be shorter" : "address: must be UTF-8 in percent-encoding" } });
      raw.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body), "x-request-id": String(id) });
      raw.end(body);
    },
    clientErrorHandler(error: NodeJS.ErrnoException, socket: Socket) {
      const status = error.code === "HPE_HEADER_OVERFLOW" ? 431 : error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400;
      metrics.request("none", status, 0, 0);
      if (!socket.writable) return void socket.destroy();
      const body = JSON.stringify({ error: { code: "http", message: status === 431 ? "headers: must be under 16 KiB" : status === 408 ? "request: must be sent in time" : "request: must be HTTP/1.1" } });
      socket.end(`HTTP/1.1 ${status} ${status === 431 ? "Request Header Fields Too Large" : status === 408 ? "Request Timeout" : "Bad Request"}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`);
    },
  }) as unknown as FastifyInstance;
  app.server.maxConnections = limits.connections;
  app.server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  return { app, sockets };
}

const UNHEARD: Readonly<Record<string, string>> = {
  EADDRINUSE: "must be free, got one that another program listens at; say --port, 0 takes a free one",
  EACCES: "must be one that this user may listen at; say --port above 1023",
  EADDRNOTAVAIL: "must be an address of this machine; say --host",
  ENOTFOUND: "must be an address of this machine; say --host",
};

/** Why the address cannot be listened at, by what says otherwise. */
export function listenFault(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const why = UNHEARD[error.code ?? ""];
  return why === undefined ? error : new GuerdonError("usage", `serve: ${host}:${port} ${why}`, { host, port }, error);
}

/** Traces through OpenTelemetry, where the user has registered an SDK; without one nothing is made. */
import type { IncomingHttpHeaders } from "node:http";
import type { Span, Tracer } from "@opentelemetry/api";
import { VERSION } from "../../core/version.ts";

/** The span of one request. */
export interface RequestSpan {
  end(status: number, facts: Readonly<Record<string, string | number>>): void;
}

export interface Tracing {
  begin(route: string, method: string, headers: IncomingHttpHeaders): RequestSpan;
}

const PARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})/;

/** Tracing of requests; null where the package is not installed. */
export async function openTracing(): Promise<Tracing | null> {
  const api = await import("@opentelemetry/api").catch(() => null);
  if (api === null) return null;
  const { propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } = api;
  const tracer: Tracer = trace.getTracer("guerdon", VERSION);
  return {
    begin(route, method, headers) {
      let parent = propagation.extract(ROOT_CONTEXT, headers);
      // A tracer without a propagator still belongs to the caller's trace.
      if (trace.getSpanContext(parent) === undefined) {
        const found = PARENT.exec(String(headers.traceparent ?? ""));
        if (found !== null) parent = trace.setSpanContext(parent, { traceId: found[1]!, spanId: found[2]!, traceFlags: Number.parseInt(found[3]!, 16), isRemote: true });
      }
      const span: Span = tracer.startSpan(`${method} ${route}`, { kind: SpanKind.SERVER, attributes: { "http.request.method": method, "http.route": route } }, parent);
      return {
        end(status, facts) {
          span.setAttributes({ "http.response.status_code": status, ...facts });
          if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
          span.end();
        },
      };
    },
  };
}

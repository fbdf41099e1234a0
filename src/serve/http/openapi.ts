/** The OpenAPI document of a server, from the schemas of its routes. */
import { z } from "zod";
import { VERSION } from "../../core/version.ts";
import type { OpenRoute } from "./routes.ts";

const ERROR = { type: "object", required: ["error"], properties: { error: { type: "object", required: ["code", "message"], properties: { code: { type: "string" }, message: { type: "string" }, path: { type: "string" } } } } };

/** Statuses that any route may answer, beside 200. */
const FAULTS: Readonly<Record<number, string>> = {
  400: "The body is no JSON.",
  401: "A token must be given.",
  413: "The body, or the number of its items, is above the limit.",
  422: "A field is at fault, named by its path; or a reward is null and must not be.",
  429: "Too much waits; Retry-After says when to ask again.",
  503: "A reward is null and is to be asked for again, or the server is ending; Retry-After says when.",
};

/** Makes the document. Routes are in the order in which contracts were named. */
export function openApi(routes: readonly OpenRoute[]): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { choice, route } of routes) {
    const params = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name!);
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    const faults = Object.fromEntries(Object.entries(FAULTS).map(([status, description]) => [status, { description, ...(choice.contract.fault === undefined ? json(ERROR) : {}) }]));
    (paths[path] ??= {})[route.method.toLowerCase()] = {
      summary: route.summary,
      operationId: `${choice.contract.name}${path.replace(/[^a-z0-9]+/gi, "-")}`.replace(/-$/, ""),
      tags: [choice.contract.name],
      ...(params.length === 0 ? {} : { parameters: params.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } })) }),
      ...(route.request === null ? {} : { requestBody: { required: true, ...json(schemaOf(route.request, "input")) } }),
      responses: { 200: { description: "The answer.", ...json(schemaOf(route.response, "output")) }, ...faults },
    };
  }
  return {
    openapi: "3.1.0",
    info: { title: "guerdon serve", version: VERSION, description: "Rewards of language model responses, in the forms that trainers ask for them." },
    tags: [...new Set(routes.map(({ choice }) => choice.contract))].map(({ name, summary }) => ({ name, description: summary })),
    paths,
    components: { securitySchemes: { bearer: { type: "http", scheme: "bearer" }, key: { type: "apiKey", in: "header", name: "X-Api-Key" } } },
    security: [{ bearer: [] }, { key: [] }],
  };
}

function json(schema: unknown): { readonly content: unknown } {
  return { content: { "application/json": { schema } } };
}

/** What no JSON Schema says (a rule of ours) is left open. */
function schemaOf(schema: z.ZodType, io: "input" | "output"): unknown {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: "draft-2020-12", unrepresentable: "any", io });
  return rest;
}

/** Asks every route of a server what its own OpenAPI document says, nearly that, and nothing like it. */
import { gzipSync } from "node:zlib";
import { randomStream, type RandomStream } from "../../src/core/random.ts";
import { FRAME_TYPE, packFrame } from "../../src/serve/arrays.ts";
import { compileSchema, type CompiledSchema } from "../../src/verify/structure/json-schema.ts";
import { ask, type Answered, type Served } from "./process.ts";
import { nearlyOf, valueOf, type Schema, type Words } from "./values.ts";

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly tag: string;
  readonly parameters: readonly string[];
  readonly request: Schema | null;
  readonly response: CompiledSchema;
}

/** What was wrong, and with what. */
export interface Finding {
  readonly what: string;
  readonly asked: string;
  readonly answered: string;
}

export interface FuzzReport {
  readonly requests: number;
  /** How often each route answered what: `POST /verify 200`. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
}

export interface FuzzOptions {
  readonly seed: string;
  readonly requests: number;
  readonly abreast: number;
  /** Contracts whose requests run programs, which take their time: asked that much less often. */
  readonly slow: readonly string[];
  readonly slowOneIn: number;
}

/** What a server may answer, whatever it is asked. 403 and 421 are pages of other places, 414, 417 and 431 what HTTP itself refuses, 424 a null in TEI's words. */
const INTENDED = new Set([200, 400, 401, 403, 404, 405, 408, 413, 414, 415, 417, 421, 422, 424, 429, 431, 503, 504]);

/** Text that only the inside of a program has. */
const INSIDE = /\n\s+at |node:internal|\.[tj]s:\d+|node_modules|undefined is not|Cannot read propert|is not a function|is not iterable/;

const RESPONSES = [
  "\\boxed{4}", "4", "so \\boxed{\\frac{1}{2}}", "<think>x</think><answer>4</answer>", "```python\nprint(4)\n```", "<|im_start|>user\n2+2?<|im_end|>\n<|im_start|>assistant\n\\boxed{4}<|im_end|>", '{"a": 1}', "```sql\nSELECT 1\n```", "A", "",
  "\\boxed{9^{9^{9^9}}}", "\\boxed{" .repeat(300), "9".repeat(3000), "\ud800", "\u0000", "a b c d e",
];

/** Runs the requests. @throws Error where the server has no document */
export async function fuzz(served: Served, { seed, requests, abreast, slow, slowOneIn }: FuzzOptions): Promise<FuzzReport> {
  const { paths } = JSON.parse((await ask(`${served.url}/openapi.json`)).body.toString()) as { paths: Record<string, Record<string, Described>> };
  const operations = Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, described]) => operationOf(method.toUpperCase(), path, described)));
  const { methods } = JSON.parse((await ask(`${served.url}/v1/methods`, { body: "{}" })).body.toString()) as { methods: readonly { readonly id: string }[] };
  const ids = methods.map(({ id }) => id);
  const words: Words = {
    any: [...RESPONSES, "math", "user", "assistant", "1.0", "null", "[1, 2]", "http://localhost/"],
    use: [...ids.filter((id) => id.startsWith("verify/")), "verify/maths"],
    method: [...ids.filter((id) => id.startsWith("credit/")), "credit/x"],
    id: [...ids, "0", "x"],
    role: ["user", "assistant", "system", "tool", "Assistant"],
    language: ["python", "bash", "cpp", "lua"],
    code: ["print(1)", "import os; os._exit(3)", "while True: pass", "x = [0] * 10**9", "("],
    program: ["def f(x):\n    return x + 1", "print(input())", "while True: pass", "("],
  };
  const statuses: Record<string, number> = {};
  const findings: Finding[] = [];
  const stream = randomStream(`serve-fuzz/${seed}`);
  let begun = 0;
  const go = async (): Promise<void> => {
    while (begun < requests && !served.ended()) {
      const index = begun++;
      const r = stream.split("request", index);
      let operation = operations[index % operations.length]!;
      if (slow.includes(operation.tag) && r.integer(slowOneIn) > 0) operation = operations.find(({ tag }) => !slow.includes(tag) && tag !== "native") ?? operation;
      const asked = drawn(operation, r, words);
      const said = `${asked.method} ${asked.path} ${JSON.stringify(asked.headers)} ${Buffer.from(asked.body ?? "").toString("utf8").slice(0, 1500)}`;
      try {
        const answered = await ask(`${served.url}${asked.path}`, asked);
        const key = `${operation.method} ${operation.path} ${answered.status}`;
        statuses[key] = (statuses[key] ?? 0) + 1;
        const what = faultOf(answered, operation, asked);
        if (what !== null) findings.push({ what, asked: said, answered: `${answered.status} ${answered.body.toString("utf8").slice(0, 600)}` });
      } catch (error) {
        // A request that the server cannot read at all may end its connection; one that it can read may not.
        if (asked.torn !== true) findings.push({ what: `connection: ${(error as Error).message}`, asked: said, answered: "" });
      }
    }
  };
  await Promise.all(Array.from({ length: abreast }, go));
  if (served.ended()) findings.push({ what: "the process ended", asked: "", answered: served.stray() });
  return { requests: begun, statuses, findings };
}

interface Described {
  readonly tags: readonly string[];
  readonly parameters?: readonly { readonly name: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, { readonly schema: unknown }>> }>>;
}

function operationOf(method: string, path: string, { tags, parameters = [], requestBody, responses }: Described): Operation {
  const schema = responses["200"]!.content["application/json"]!.schema;
  return { method, path, tag: tags[0]!, parameters: parameters.map(({ name }) => name), request: requestBody?.content["application/json"]?.schema ?? null, response: compileSchema(schema ) };
}

interface Drawn {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** HTTP that the server need not answer. */
  readonly torn?: boolean;
}

const NAMES = ["sums", "a%2Fb", "%00", "..%2f..%2fetc", "%F0%9F%92%A9", "__proto__", "x".repeat(300), "a%20b", "%E0%A4%A", "%", "constructor", ";", "a+b"];
const QUERIES = ["", "", "", "", "?spec=__proto__", "?spec=x", "?spec=&spec=", "?__proto__=1&constructor=2", "?base_index=-1&batch_size=1e9", "?base_index=0&batch_size=x", "?%", "?a[b]=c", `?${"q=1&".repeat(500)}`, "?spec=%00"];
const METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"];
const TYPES = ["application/json", "application/json; charset=utf-8", "application/problem+json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "application/json; charset=latin1", FRAME_TYPE, `${FRAME_TYPE}; x=1`, "application/jsonx", "json", "\u00e9"];

function drawn(operation: Operation, r: RandomStream, words: Words): Drawn {
  const pick = <T>(from: readonly T[]): T => from[r.integer(from.length)]!;
  const wellFormed = r.integer(4) > 0;
  let path = operation.path.replace(/\{\w+\}/g, () => (wellFormed && r.integer(2) === 0 ? "sums" : pick(NAMES)));
  if (operation.method === "GET" || r.integer(6) === 0) path += pick(QUERIES);
  if (operation.request === null) return { method: r.integer(8) === 0 ? pick(METHODS) : operation.method, path, headers: {} };

  const value = valueOf(operation.request, r, words);
  const kind = r.integer(24);
  const headers: Record<string, string> = {};
  let { method } = operation;
  let body: string | Uint8Array = JSON.stringify(value) ?? "null";
  if (kind >= 8 && kind < 16) body = JSON.stringify(nearlyOf(value, r, words)) ?? "";
  else if (kind === 16) body = text(body, r);
  else if (kind === 17) body = bytes(Buffer.from(body), r);
  else if (kind === 18) headers["content-type"] = pick(TYPES);
  else if (kind === 19) {
    headers["content-encoding"] = pick(["gzip", "deflate", "br", "identity", "x"]);
    if (r.integer(2) === 0) body = gzipSync(body);
  } else if (kind === 20) method = pick(METHODS);
  else if (kind === 21 && operation.tag === "native") {
    headers["content-type"] = FRAME_TYPE;
    body = frame(value, r);
  } else if (kind === 22) {
    path += pick(["/", "//", "/x", "%2F", "%00", ";a=b", "?", "/../health"]);
  } else if (kind === 23) {
    const name = pick(["x-request-id", "origin", "authorization", "x-api-key", "traceparent", "accept", "expect", "host", "accept-encoding", "cookie"]);
    headers[name] = pick(["", "x", "Bearer x", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "\u00e9".repeat(20), "a".repeat(2000), "100-continue", "gzip", "evil.example"]);
  }
  const torn = headers["expect"] !== undefined || headers["host"] === "";
  return { method, path, headers, torn, body };
}

/** Text of JSON made into what JSON.parse and schemas see seldom. */
function text(json: string, r: RandomStream): string {
  const inside = (fields: string): string => (json.startsWith("{") ? `{${fields}${json.length > 2 ? "," : ""}${json.slice(1)}` : json);
  const ways: readonly (() => string)[] = [
    () => "",
    () => " \n\t ",
    () => "\ufeff" + json,
    () => json.slice(0, Math.floor(r.next() * json.length)),
    () => `${json}${json}`,
    () => `${json},`,
    () => inside('"__proto__":{"polluted":true,"length":1e9}'),
    () => inside('"constructor":{"prototype":{"polluted":true}}'),
    () => inside(Array.from({ length: 50 }, (_, k) => `"k${k}":${k}`).join(",")),
    () => (json.startsWith("{") ? `${json.slice(0, -1)}${json.length > 2 ? "," : ""}${json.slice(1)}` : json),
    () => json.replace(/\d+/g, "123456789012345678901234567890"),
    () => json.replace(/\d+/g, "1e400"),
    () => json.replace(/\d+/g, "-0"),
    () => json.replace(/:\s*"[^"]*"/, `:${"[".repeat(5000)}${"]".repeat(5000)}`),
    () => json.replace(/:\s*"[^"]*"/, `:${'{"a":'.repeat(3000)}1${"}".repeat(3000)}`),
    () => "[".repeat(100_000),
    () => `${"[".repeat(20_000)}${"]".repeat(20_000)}`,
    () => json.replace(/"/g, "'"),
    () => json.replace(/"([^"]*)":/, '"$1\\u0000":'),
    () => json.replace(/:\s*"/, ': "\\ud800'),
    () => "NaN",
    () => "null",
    () => '"x"',
    () => "1e999",
    () => `{"a":${"9".repeat(20_000)}}`,
  ];
  return ways[r.integer(ways.length)]!();
}

/** Bytes with a few of them changed, so that they are no UTF-8 as a rule. */
function bytes(of: Buffer, r: RandomStream): Buffer {
  if (r.integer(3) === 0) return Buffer.from(of.toString("utf8"), r.integer(2) === 0 ? "utf16le" : "latin1");
  if (of.length === 0) return Buffer.from([0xff]);
  for (let k = 1 + r.integer(6); k > 0; k--) of[r.integer(of.length)] = [0xff, 0xc0, 0x80, 0x00, 0xed, 0x22, 0x5c][r.integer(7)]!;
  return of;
}

/** A frame of the call; now and then with numbers in its head that do not fit. */
function frame(body: unknown, r: RandomStream): Uint8Array {
  const size = r.integer(6);
  const arrays = {
    ...(r.integer(2) === 0 ? { rewards: Float64Array.from({ length: size }, () => (r.integer(8) === 0 ? Number.NaN : r.normal())) } : {}),
    ...(r.integer(2) === 0 ? { groups: Int32Array.from({ length: size }, () => r.integer(3)) } : {}),
    ...(r.integer(3) === 0 ? { cu_seqlens: Int32Array.from({ length: size + 1 }, (_, k) => (r.integer(9) === 0 ? -k : 2 * k)) } : {}),
    ...(r.integer(3) === 0 ? { mask: new Uint8Array(2 * size).fill(1), values: new Float32Array(2 * size), tokens: BigInt64Array.from({ length: 2 * size }, (_, k) => BigInt(k)) } : {}),
  };
  const packed = packFrame({ id: r.integer(3) === 0 ? null : r.integer(9), body }, arrays);
  const changed = r.integer(3) === 0 ? packed.slice(0, r.integer(packed.length)) : packed;
  for (let k = r.integer(4); k > 1; k--) changed[r.integer(Math.min(changed.length, 120))] = r.integer(256);
  return changed;
}

/** What is wrong with an answer; null where nothing is. */
function faultOf({ status, headers, body }: Answered, { response, path }: Operation, { method, headers: sent }: Drawn): string | null {
  if (!INTENDED.has(status) && !(status === 200 && method === "HEAD")) return "status";
  if (headers["x-request-id"] === undefined && ![400, 408, 417, 431].includes(status)) return "no request id";
  if (status === 503 && headers["retry-after"] === undefined) return "503 without Retry-After";
  // Node's own answer to an Expect that nobody knows.
  if (status === 417) return body.length === 0 ? null : "417 with a body";
  if (method === "HEAD") return body.length === 0 ? null : "HEAD with a body";
  if (headers["content-type"] === FRAME_TYPE) return status === 200 ? null : "an error in a frame";
  const said = body.toString("utf8");
  let json: unknown;
  try {
    json = JSON.parse(said) as unknown;
  } catch (error) {
    return `no JSON: ${(error as Error).message}`;
  }
  if (status === 200) return method === "POST" || method === "GET" ? misfit(response, json, path, sent) : `${method} was answered`;
  if (INSIDE.test(said)) return "text of the inside";
  return isError(json) ? null : "an error in no form of a contract";
}

function misfit(response: CompiledSchema, json: unknown, path: string, sent: Readonly<Record<string, string>>): string | null {
  if (sent["content-type"]?.startsWith(FRAME_TYPE) === true) return null;
  const fault = response.check(json);
  return fault === null ? null : `the answer of ${path} is not of its schema: ${JSON.stringify(fault)}`;
}

/** `{error: {code, message}}`, TEI's `{error, error_type}`, FastAPI's `{detail}`, OpenAI's `{error: {message, type, code}}`. */
function isError(json: unknown): boolean {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return false;
  const { error, error_type: type, detail } = json as Readonly<Record<string, unknown>>;
  if (typeof error === "string") return typeof type === "string" && error !== "";
  if (typeof error === "object" && error !== null && !Array.isArray(error)) {
    const { message, code } = error as Readonly<Record<string, unknown>>;
    return typeof message === "string" && message !== "" && (typeof code === "string" || typeof code === "number");
  }
  return typeof detail === "string" && detail !== "";
}

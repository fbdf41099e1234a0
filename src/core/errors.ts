/** Errors: what went wrong, where, and whose side of the boundary it was on. A fault is never scored. */

/** Stable error codes; each maps to one exit code, one HTTP status and one Python exception. */
export type ErrorCode =
  | "shape"
  | "non-finite"
  | "option"
  | "unknown-method"
  | "format"
  | "spec"
  | "usage"
  | "boundary"
  | "budget"
  | "state"
  | "undecided"
  | "missing-peer";

/** What lies on the other side of a failed call. */
export type Boundary = "provider" | "sandbox" | "judge" | "file" | "database" | "worker";

/** Structured facts of an error, for programs; the message is for people. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/** Base of every error this library throws on purpose. Message form: `<where>: <what> must <rule>, got <value>`. */
export class GuerdonError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.details = details;
  }
}

/** Array lengths or ranks do not fit together. */
export class ShapeError extends GuerdonError {
  constructor(message: string, details?: ErrorDetails) {
    super("shape", message, details);
  }
}

/** A number must be finite and is NaN or infinite. */
export class NonFiniteError extends GuerdonError {
  constructor(message: string, details?: ErrorDetails) {
    super("non-finite", message, details);
  }
}

/** An option is unknown, missing or out of range. */
export class OptionError extends GuerdonError {
  constructor(message: string, details?: ErrorDetails) {
    super("option", message, details);
  }
}

/** No method has this id; `details.nearest` holds the closest one. */
export class UnknownMethodError extends GuerdonError {
  constructor(message: string, details?: ErrorDetails) {
    super("unknown-method", message, details);
  }
}

/** Input text does not have the promised format; `details` names file, line and field. */
export class FormatError extends GuerdonError {
  constructor(message: string, details?: ErrorDetails, cause?: unknown) {
    super("format", message, details, cause);
  }
}

/** A reward spec is wrong; `details.path` is the path inside the spec. */
export class SpecError extends GuerdonError {
  constructor(message: string, details?: ErrorDetails, cause?: unknown) {
    super("spec", message, details, cause);
  }
}

/** Something outside this process failed: a provider, a sandbox, a judge, a file, a database, a worker. */
export class BoundaryError extends GuerdonError {
  readonly boundary: Boundary;
  constructor(boundary: Boundary, message: string, details?: ErrorDetails, cause?: unknown) {
    super("boundary", message, { boundary, ...details }, cause);
    this.boundary = boundary;
  }
}

/** A budget (tokens, calls, seconds) is used up. */
export class BudgetError extends GuerdonError {
  constructor(message: string, details?: ErrorDetails) {
    super("budget", message, details);
  }
}

/** Renders a value for an error message: short, single-line, never longer than 60 characters. */
export function show(value: unknown): string {
  let text: string;
  if (typeof value === "string") text = JSON.stringify(value);
  else if (typeof value === "number" || typeof value === "boolean" || value == null) text = String(value);
  else if (typeof value === "bigint") text = `${value}n`;
  else if (typeof value === "function") text = `a function ${value.name}`.trimEnd();
  else {
    try {
      text = JSON.stringify(value) ?? String(value);
    } catch {
      text = Object.prototype.toString.call(value);
    }
  }
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** The candidate nearest to `name` by edit distance, or undefined where none is near enough to be a misspelling. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1;
  const lower = name.toLowerCase();
  for (const candidate of candidates) {
    const distance = editDistance(lower, candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** `, did you mean "x"?` or the empty string. */
export function suggestion(name: string, candidates: Iterable<string>): string {
  const near = nearest(name, candidates);
  return near === undefined ? "" : `; did you mean ${JSON.stringify(near)}?`;
}

/** Damerau–Levenshtein distance (adjacent swaps count one), cut off at `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let before: number[] = [];
  let previous: number[] = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let d = Math.min(previous[j]! + 1, current[j - 1]! + 1, previous[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) d = Math.min(d, before[j - 2]! + 1);
      current.push(d);
    }
    before = previous;
    previous = current;
  }
  return Math.min(previous[b.length]!, limit);
}

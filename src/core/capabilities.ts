/**
 * Capabilities: what a verifier that must run something is given. Types only; `sandbox` provides them, and a verifier with
 * `needs: ["execute"]` finds `execute` in its `VerifyContext`. None of them throws for what a program, a query or a formula does:
 * that is a status. `infrastructure` is ours, and never anyone's wrong answer.
 */

// ── execute ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Languages a program may be written in. Java, Go and Rust only where their toolchain is present. */
export type Language = "python" | "javascript" | "typescript" | "c" | "cpp" | "bash" | "sql" | "java" | "go" | "rust";

/** What one run may use. */
export interface ExecuteLimits {
  /** CPU time of all its processes. */
  readonly cpuSeconds: number;
  /** Time on the wall; null is 2·cpuSeconds + 3. */
  readonly wallSeconds: number | null;
  readonly memoryMb: number;
  /** Bytes of standard output; of standard error the first 64 KiB are kept. */
  readonly outputBytes: number;
  /** Size of the private temporary folder, and of one file. */
  readonly diskMb: number;
  readonly processes: number;
}

/** A program: its text, and the files beside it. */
export interface ProgramSource {
  readonly language: Language;
  /** Text of the entry file. */
  readonly source: string;
  /** Run before the program in its namespace where functions of Python are called: imports that its harness makes. Nothing it defines counts as the program's. */
  readonly prelude?: string;
  /** Other files, by relative path. */
  readonly files?: Readonly<Record<string, string>>;
}

/** How a run ended. `infrastructure`: we could not run it. */
export type RunStatus = "ok" | "runtime-error" | "time" | "memory" | "output" | "compile-error" | "infrastructure";

/** Which isolation was active; `layers` in words a person reads. */
export interface Isolation {
  /** `bubblewrap`, `remote`, or `none` (never of a sandbox of ours). */
  readonly kind: "bubblewrap" | "remote" | "none";
  readonly layers: readonly string[];
}

/** How a run ended, and what it wrote. */
export interface RunResult {
  readonly status: RunStatus;
  /** null where a signal ended it, or nothing ran. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Of all its processes; null where the provider does not tell. */
  readonly cpuSeconds: number | null;
  readonly wallSeconds: number;
  readonly peakMemoryMb: number | null;
  /** One sentence of what happened; empty where all is well. */
  readonly message: string;
}

/** What a run is given. */
export interface RunInput {
  readonly stdin?: string;
  readonly args?: readonly string[];
}

/** A call of a function of the program: of the module, or of a method of a class made with no arguments (`Solution().f`). */
export interface Call {
  readonly name: string;
  /** JSON values. */
  readonly args: readonly unknown[];
}

/** What a call gave. `value` is plain data as the program sent it, with an `Unordered` for a set and a symbol for what is no data; the program cannot say whether it is right. */
export interface CallResult {
  readonly status: RunStatus;
  readonly value: unknown;
  /** Arguments after the call where the call changed them, else null: of functions that work in place. */
  readonly argsAfter: readonly unknown[] | null;
  readonly cpuSeconds: number | null;
  readonly message: string;
}

/** Test code that is run beside the program, in another process: what it calls of the program it gets as data. */
export interface TestSource {
  /** The test code: assertions, `check(candidate)`, `test_…` functions or `unittest` classes. */
  readonly source: string;
  /** Code run before the test code, trusted as it: helpers of the data set's prompt. */
  readonly setup?: string;
  /** Name of the function under test, which `check(candidate)` gets. */
  readonly entry?: string;
  /** Name under which the test code imports the program; default `solution`. */
  readonly module?: string;
}

/** One test of the test code. */
export interface TestCase {
  readonly name: string;
  readonly status: "passed" | "failed" | "error";
  readonly message: string;
}

/** What test code says of a program. */
export interface TestResult {
  /** That of the run; `ok` also where tests failed. */
  readonly status: RunStatus;
  readonly cases: readonly TestCase[];
  /** Tests there are, run or not; above `cases.length` where the program or the test code ended before them. */
  readonly planned: number;
  /** True where the test code itself is at fault: it does not parse, or fails before it looks at the program. */
  readonly badTests: boolean;
  readonly cpuSeconds: number | null;
  readonly message: string;
}

/** A program made ready once and run many times, each time in a sandbox of its own. */
export interface LoadedProgram extends AsyncDisposable {
  /** How compiling went; null where the language is not compiled. Where its status is not `ok`, every run has that status. */
  readonly compiled: RunResult | null;
  run(input?: RunInput): Promise<RunResult>;
  /** Calls in order, in one sandbox; the next one is sent when the next result is asked for. Ends after the first that the program did not survive. */
  call(calls: Iterable<Call>): AsyncGenerator<CallResult, void, void>;
  test(tests: TestSource): Promise<TestResult>;
}

export interface ExecuteOptions extends Partial<ExecuteLimits> {
  readonly signal?: AbortSignal;
}

/** Runs programs that nobody trusts. */
export interface Execute {
  /** @throws BoundaryError only where the language has no toolchain here */
  (program: ProgramSource, options?: ExecuteOptions): Promise<LoadedProgram>;
  readonly isolation: Isolation;
  /** Languages with a toolchain here. */
  readonly languages: readonly Language[];
}

// ── query ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A value of a result. */
export type SqlValue = null | number | bigint | string | Uint8Array;

/** A query and the database it is asked of. */
export interface QueryRequest {
  readonly dialect: "sqlite" | "postgresql";
  /** A script that makes the database, or a SQLite file, of which a copy is asked. */
  readonly database: { readonly script: string } | { readonly file: string };
  readonly sql: string;
  /** Default 5. */
  readonly seconds?: number;
  /** Rows read before the query is ended; default 100,000. */
  readonly rows?: number;
  readonly signal?: AbortSignal;
}

/** `error` is the query's fault; `bad-database` that of the script or the file. */
export type QueryResult =
  | { readonly status: "ok"; readonly columns: readonly string[]; readonly rows: readonly (readonly SqlValue[])[] }
  | { readonly status: "error" | "time" | "rows" | "bad-database" | "infrastructure"; readonly message: string };

/** Asks a database; nothing that a query does outlives it. */
export type Query = (request: QueryRequest) => Promise<QueryResult>;

// ── solve ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A script for the solver. */
export interface SolveRequest {
  /** SMT-LIB 2 text without `check-sat`. */
  readonly smtlib: string;
  /** Default 5. */
  readonly seconds?: number;
  readonly signal?: AbortSignal;
}

/** What the solver says. */
export interface SolveResult {
  /** `unknown`: undecided, or out of time. `error`: the text is at fault. */
  readonly status: "sat" | "unsat" | "unknown" | "error" | "infrastructure";
  /** A model in SMT-LIB text where `sat`. */
  readonly model: string | null;
  readonly message: string;
}

/** Asks an SMT solver. */
export type Solve = (request: SolveRequest) => Promise<SolveResult>;

/** The three by their names in `needs`. */
export interface CapabilityTypes {
  readonly execute: Execute;
  readonly query: Query;
  readonly solve: Solve;
}

export type CapabilityName = keyof CapabilityTypes;

export const CAPABILITIES: readonly CapabilityName[] = ["execute", "query", "solve"];

/** How capabilities are opened: plain data, since worker threads open their own. */
export interface CapabilitySettings {
  /** `local` (default), or `remote:URL` of a server that speaks SandboxFusion's `/run_code`. */
  readonly sandbox?: string;
}

/** Capabilities that are open, and what they hold. */
export interface OpenCapabilities {
  readonly given: Partial<CapabilityTypes>;
  close(): Promise<void>;
}

/** Opens capabilities. @throws BoundaryError where one cannot be had, with what to install */
export type CapabilityProvider = (names: readonly CapabilityName[], settings: CapabilitySettings) => Promise<OpenCapabilities>;

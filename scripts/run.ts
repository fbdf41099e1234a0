/** Runs programs of `node_modules/.bin` and of the system. */
import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { root } from "./source.ts";

export interface RunResult {
  readonly code: number;
  /** Standard output alone. */
  readonly stdout: string;
  /** Standard output and error, in order of arrival. */
  readonly output: string;
  readonly seconds: number;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The environment of a child: the pinned Node first on the path, nothing of the npm that started us. */
export function cleanEnvironment(): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [key, value] of Object.entries(process.env))
    if (value !== undefined && !/^(npm_|NODE_OPTIONS$|NODE_ENV$|VITEST|INIT_CWD$)/i.test(key)) out[key] = value;
  return { ...out, PATH: [join(root, "node_modules/.bin"), process.env.PATH ?? ""].join(delimiter), NO_COLOR: "1" };
}

/** Runs a program to its end; a program that cannot be started has code 127. */
export function run(command: readonly string[], { cwd = root, env = {} }: RunOptions = {}): Promise<RunResult> {
  const started = performance.now();
  return new Promise((done) => {
    const child = spawn(command[0]!, command.slice(1), { cwd, env: { ...cleanEnvironment(), ...env }, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    const finish = (code: number): void => done({ code, stdout, output, seconds: (performance.now() - started) / 1000 });
    child.on("error", (error) => {
      output += `${error.message}\n`;
      finish(127);
    });
    child.on("close", (code) => finish(code ?? 1));
  });
}

/** What the published harnesses of function tests (APPS, LiveCodeBench) import before the program: starter code counts on it. */

/** Modules whose names all stand free, in the order of LiveCodeBench's harness: of a name in several the last counts. */
const STARRED = ["string", "re", "datetime", "collections", "heapq", "bisect", "copy", "math", "random", "statistics", "itertools", "functools", "operator", "io", "sys", "json", "builtins", "typing"];

/** Modules that stand under their own names besides. */
const NAMED = ["string", "re", "datetime", "collections", "heapq", "bisect", "copy", "math", "random", "statistics", "itertools", "functools", "operator", "io", "sys", "json", "time", "fractions", "typing"];

const RECURSION = 50_000;

/** Python. Taken alone it defines nothing that could be under test: see `ProgramSource.prelude`. */
export const HARNESS_PRELUDE: string = [...STARRED.map((name) => `from ${name} import *`), ...NAMED.map((name) => `import ${name}`), `sys.setrecursionlimit(${RECURSION})`, ""].join("\n");

/** The imports that a prompt begins with: an answer that writes its function anew counts on them. */
export function importsOf(prompt: string): string {
  const lines = prompt.split("\n");
  const end = lines.findIndex((line) => /^(?:def|class|async|@)/.test(line));
  return lines.slice(0, end < 0 ? lines.length : end).filter((line) => /^(?:import|from)\s[^(\\]*$/.test(line)).join("\n");
}

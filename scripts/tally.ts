/** The last line of CI: adds up a Vitest JSON report, the outcomes of `check` and JUnit reports of pytest, and prints `N passed, N failed`. */
import { existsSync, readFileSync } from "node:fs";
import { XMLParser } from "fast-xml-parser";

const [testsFile, checkFile, ...pythonFiles] = process.argv.slice(2);
let passed = 0;
let failed = 0;

/** A report that was not written is one failure: what should have written it broke. */
function text(path: string | undefined): string | null {
  if (path !== undefined && existsSync(path)) return readFileSync(path, "utf8");
  failed += 1;
  console.log(`failed: no report ${path ?? "was named"}`);
  return null;
}

function read<T>(path: string | undefined): T | null {
  const found = text(path);
  return found === null ? null : (JSON.parse(found) as T);
}

interface TestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly success: boolean;
  readonly testResults: readonly { readonly name: string; readonly status: string; readonly message: string; readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[] }[];
}

const tests = read<TestReport>(testsFile);
if (tests !== null) {
  passed += tests.numPassedTests;
  failed += tests.numFailedTests;
  for (const file of tests.testResults) {
    for (const test of file.assertionResults) if (test.status === "failed") console.log(`failed: ${test.fullName}`);
    const skipped = file.assertionResults.filter((test) => test.status === "skipped" || test.status === "pending").length;
    if (skipped > 0) console.log(`skipped: ${skipped} tests of ${file.name}`);
    // A file that cannot be collected has no failed test of its own.
    if (file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed")) {
      failed += 1;
      console.log(`failed: ${file.name}: ${file.message}`);
    }
  }
  if (!tests.success && failed === 0) failed += 1;
}

const steps = read<readonly { readonly name: string; readonly ok: boolean; readonly note: string }[]>(checkFile);
for (const { name, ok, note } of steps ?? []) {
  if (ok) passed += 1;
  else {
    failed += 1;
    console.log(`failed: check ${name}: ${note}`);
  }
}

interface PythonCase {
  readonly "@_name": string;
  readonly failure?: unknown;
  readonly error?: unknown;
  readonly skipped?: unknown;
}

for (const file of pythonFiles) {
  const python = text(file);
  if (python === null) continue;
  const parsed = new XMLParser({ ignoreAttributes: false, processEntities: false, isArray: (name) => name === "testsuite" || name === "testcase" }).parse(python) as { testsuites: { testsuite: readonly { readonly testcase?: readonly PythonCase[] }[] } };
  for (const test of parsed.testsuites.testsuite.flatMap(({ testcase }) => testcase ?? [])) {
    if ("failure" in test || "error" in test) {
      failed += 1;
      console.log(`failed: ${test["@_name"]}`);
    } else if ("skipped" in test) console.log(`skipped: ${test["@_name"]} of ${file}`);
    else passed += 1;
  }
}

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

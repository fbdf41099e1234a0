/** The last line of CI: adds up a Vitest JSON report and the outcomes of `check`, and prints `N passed, N failed`. */
import { existsSync, readFileSync } from "node:fs";

const [testsFile, checkFile] = process.argv.slice(2);
let passed = 0;
let failed = 0;

/** A report that was not written is one failure: what should have written it broke. */
function read<T>(path: string | undefined): T | null {
  if (path !== undefined && existsSync(path)) return JSON.parse(readFileSync(path, "utf8")) as T;
  failed += 1;
  return null;
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

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

/** `guerdon serve` as a process: it starts, reads specs again, ends without losing anything. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "guerdon-serve-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));

const main = new URL("./main.ts", import.meta.url).pathname;

interface Run {
  readonly child: ChildProcess;
  /** Standard error so far. */
  heard(): string;
  until(text: string): Promise<void>;
  readonly ended: Promise<{ readonly code: number | null }>;
}

function run(...args: readonly string[]): Run {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, "serve", ...args], { stdio: ["ignore", "ignore", "pipe"] });
  let text = "";
  child.stderr!.on("data", (data: Buffer) => (text += data.toString()));
  const ended = new Promise<{ code: number | null }>((done) => child.once("close", (code) => done({ code })));
  return {
    child,
    ended,
    heard: () => text,
    async until(wanted) {
      let gone = false;
      void ended.then(() => (gone = true));
      while (!text.includes(wanted) && !gone) await new Promise((done) => setTimeout(done, 20));
      expect(text).toContain(wanted);
    },
  };
}

describe("guerdon serve", () => {
  it("refuses to start where a choice is missing, and lists the choices", async () => {
    const refused = run("--contract", "openrlhf");
    expect((await refused.ended).code).toBe(2);
    expect(refused.heard()).toMatch(/openrlhf:retry .*openrlhf:neutral=NUMBER .*openrlhf:fail/);
  });

  it.each([
    [["--port", "99999"], "must be at most 65535"],
    [["--limit", "bodyBytes=32MB"], "--limit bodyBytes must be a number of bytes, such as 33554432 or 32MiB, got \"32MB\""],
    [["--limit", "answerSecond=5"], "did you mean \"answerSeconds\"?"],
    [["--sandbox", "remot:http://sandbox"], "must be local or remote:URL"],
  ])("refuses %j before it starts anything", async (args, said) => {
    const refused = run(...args);
    expect((await refused.ended).code).toBe(2);
    expect(refused.heard()).toContain(said);
  });

  it("serves, reads its spec again on SIGHUP, and ends on SIGTERM with every answer given", async () => {
    const spec = join(folder, "reward.yaml");
    writeFileSync(spec, "guerdon: 1\nrewards: { correct: verify/math }\n");
    const served = run("--port", "0", "--workers", "1", "--reward", spec, "--contract", "openrlhf:neutral=0.5", "--limit", "bodyBytes=1MiB", "--limit", "drainSeconds=20", "--no-watch");
    await served.until("listening");
    const url = /"url":"([^"]+)"/.exec(served.heard())![1]!;
    const ask = (): Promise<Response> => fetch(`${url}/get_reward`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ query: ["2+2? \\boxed{4}", "2+2? \\boxed{5}"], prompts: ["2+2? ", "2+2? "], labels: ["4", "4"] }) });
    expect(await (await ask()).json()).toMatchObject({ rewards: [1, 0] });
    writeFileSync(spec, "guerdon: 1\nrewards: { correct: verify/number }\n");
    served.child.kill("SIGHUP");
    await served.until("spec-reloaded");
    const last = Array.from({ length: 30 }, ask);
    await Promise.all(last.map((reply) => reply.then(({ status }) => expect(status).toBe(200))));
    served.child.kill("SIGTERM");
    expect((await served.ended).code).toBe(0);
    expect(served.heard()).toContain('"event":"closed"');
  });
});

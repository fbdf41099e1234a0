/** `deploy/`: what can be held without a container runtime or a cluster. Builds are not run here. */
import { readFileSync } from "node:fs";
import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { register } from "../../src/cli/commands/serve.ts";
import { resolveMethod } from "../../src/methods.ts";
import { compileSource } from "../../src/pipeline/document.ts";
import { parseTokens } from "../../src/serve/http/auth.ts";
import { contracts, parseChoice, parseLimits } from "../../src/serve/index.ts";

const read = (name: string): string => readFileSync(new URL(`../../deploy/${name}`, import.meta.url), "utf8");

/** The options of `guerdon serve` as it would read them; throws where it has no such option. */
function options(args: readonly string[]): Record<string, unknown> {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  register(program);
  const serve = program.commands.find((each) => each.name() === "serve")!.exitOverride();
  let read: Record<string, unknown> = {};
  serve.action(function (this: Command) {
    read = this.opts();
  });
  program.parse(args, { from: "user" });
  return read;
}

describe("Dockerfile", () => {
  const lines = read("Dockerfile")
    .replace(/^\s*#.*\n/gm, "")
    .replace(/\\\n\s*/g, "")
    .split("\n")
    .filter((line) => line.trim() !== "");
  const of = (instruction: string): string[] => lines.filter((line) => line.startsWith(`${instruction} `)).map((line) => line.slice(instruction.length + 1));

  it("has known instructions, from a stage whose base has a version", () => {
    expect(lines.every((line) => /^(FROM|RUN|COPY|WORKDIR|ENV|USER|EXPOSE|HEALTHCHECK|STOPSIGNAL|ENTRYPOINT|CMD) \S/.test(line))).toBe(true);
    for (const base of of("FROM")) expect(base).toMatch(/^node:\d+-[\w-]+( AS \w+)?$/);
    for (const dir of of("WORKDIR")) expect(dir).toMatch(/^\//);
  });

  it("installs no more than it says, and leaves no lists of packages", () => {
    for (const run of of("RUN").filter((each) => each.includes("apt-get"))) {
      expect(run).toMatch(/^apt-get update && apt-get install -y --no-install-recommends /);
      expect(run).toMatch(/&& rm -rf \/var\/lib\/apt\/lists\/\*$/);
    }
    expect(of("RUN").some((run) => /\bsudo\b|\bcd \/|curl|wget/.test(run))).toBe(false);
  });

  it("runs as a user that owns nothing, without a shell, by flags that serve has", () => {
    expect(lines.findIndex((line) => /^USER [1-9]\d*:[1-9]\d*$/.test(line))).toBeLessThan(lines.findIndex((line) => line.startsWith("ENTRYPOINT")));
    for (const [started] of [of("ENTRYPOINT"), of("CMD")]) expect(JSON.parse(started!)).toBeInstanceOf(Array);
    expect(JSON.parse(/CMD (\[.*\])$/.exec(of("HEALTHCHECK")[0]!)![1]!)).toContain("node");
    expect(options(JSON.parse(of("CMD")[0]!) as string[])).toMatchObject({ host: "0.0.0.0", tokens: "/tokens/tokens" });
    expect(of("EXPOSE")).toEqual([String(options(["serve"])["port"])]);
  });
});

describe("kubernetes.yaml", () => {
  const documents = parseAllDocuments(read("kubernetes.yaml"), { version: "1.1" });
  const all = new Map(documents.map((each) => [each.get("kind") as string, each.toJS()]));
  const pod = all.get("Deployment").spec.template;
  const [server] = pod.spec.containers;

  it("is YAML, and what it names is there", () => {
    for (const each of documents) expect([...each.errors, ...each.warnings]).toEqual([]);
    const { labels } = pod.metadata;
    for (const selector of [all.get("Deployment").spec.selector.matchLabels, all.get("Service").spec.selector, all.get("PodDisruptionBudget").spec.selector.matchLabels, all.get("NetworkPolicy").spec.podSelector.matchLabels])
      expect(labels).toMatchObject(selector);
    expect(pod.spec.volumes.map((each: { name: string }) => each.name).toSorted()).toEqual(server.volumeMounts.map((each: { name: string }) => each.name).toSorted());
    expect(all.get("HorizontalPodAutoscaler").spec.scaleTargetRef.name).toBe(all.get("Deployment").metadata.name);
    expect(all.get("Service").spec.ports[0].targetPort).toBe(server.ports[0].name);
  });

  it("starts serve by flags and contracts that it has, on the port that is probed", () => {
    const read = options(server.args);
    for (const text of read["contract"] as string[]) expect(() => parseChoice(text, contracts)).not.toThrow();
    expect(server.ports[0].containerPort).toBe(read["port"]);
    expect([server.startupProbe, server.readinessProbe, server.livenessProbe].map(({ httpGet }) => httpGet.path)).toEqual(["/ready", "/ready", "/health"]);
    const mounts = server.volumeMounts.map((each: { mountPath: string }) => each.mountPath);
    for (const file of [read["tokens"], ...(read["reward"] as { from: string }[]).map(({ from }) => from)]) expect(mounts.some((mount: string) => String(file).startsWith(`${mount}/`))).toBe(true);
  });

  it("gives an end more time than it takes, and threads their memory", () => {
    const { limit, workers, workerMemory } = options(server.args) as { limit: readonly string[]; workers: number; workerMemory: number };
    expect(pod.spec.terminationGracePeriodSeconds).toBeGreaterThan(server.lifecycle.preStop.sleep.seconds + parseLimits(limit).drainSeconds!);
    expect(Number.parseInt(server.resources.limits.memory, 10) * 1024).toBeGreaterThan(workers * workerMemory);
  });

  it("has a spec that compiles and tokens that are read", async () => {
    const document = parseAllDocuments(all.get("ConfigMap").data["reward.yaml"])[0]!.toJS() as unknown;
    expect((await compileSource({ kind: "document", document, base: null }, resolveMethod)).credit).toBeNull();
    expect(parseTokens(all.get("Secret").stringData.tokens, "tokens").map(({ name }) => name)).toEqual(["example"]);
  });
});

describe("guerdon.service", () => {
  const unit = read("guerdon.service");
  const value = (key: string): string => new RegExp(`^${key}=(.*)$`, "m").exec(unit)![1]!;

  it("starts serve by flags that it has, and gives an end more time than it takes", () => {
    const args = value("ExecStart").split(" ");
    const { limit } = options(args.slice(args.indexOf("serve"))) as { limit: readonly string[] };
    expect(Number(value("TimeoutStopSec"))).toBeGreaterThan(parseLimits(limit).drainSeconds!);
    expect(value("ExecReload")).toContain("-HUP");
  });
});

/**
 * s117, Reasoning-SQL: partial rewards for queries that are not right yet.
 *
 * Exact: components of hand-made predictions; every right query is paid at least 7 and every wrong one at most 6, of 9, whatever a judge says; a group
 * without a right query has rewards that differ.
 *
 * Compared: a writer of queries with five places (column, table, condition, its value, order), a softmax over the options of each, learns by group-relative
 * policy gradient in groups of eight. Queries are asked of SQLite in memory. Measured: the chance that the writer's query is right, after training, exactly.
 *
 * Where it should not help: two places only, so that most groups hold a right query.
 */
import { DatabaseSync } from "node:sqlite";
import { reproduce, type Reproduction, type RunContext } from "../../src/catalog/index.ts";
import type { Query, QueryResult, SqlValue } from "../../src/core/capabilities.ts";
import { mean, softmax } from "../../src/core/numeric.ts";
import { groupRelative } from "../../src/credit/index.ts";
import { sqlPartialReward, sqlRewardTotal, type SqlPartialRewardOptions } from "../../src/verify/index.ts";
import { replaceVerifier } from "./stand-in.ts";

interface Setting {
  /** Places the writer fills itself; the others are right. */
  readonly places: number;
}

type Method = typeof sqlPartialReward;

const SCRIPT = `CREATE TABLE singer(id, name, age, country); CREATE TABLE concert(id, name, year, singer_id); CREATE TABLE venue(id, name, seats, city);
INSERT INTO singer VALUES (1,'Ana',30,'FR'),(2,'Bo',25,'US'),(3,'Cy',41,'FR'),(4,'Di',19,'FR'),(5,'Ed',52,'US');
INSERT INTO concert VALUES (1,'Spring',2014,1),(2,'Autumn',2015,2); INSERT INTO venue VALUES (1,'Hall',900,'Paris');`;
/** The right option comes first; some do not run, or run on the wrong table. */
const PLACES: readonly (readonly string[])[] = [
  ["name", "id", "age", "country", "nmae", "year", "count(*)"],
  ["singer", "concert", "venue", "singers", "album"],
  ["WHERE age >", "WHERE age <", "WHERE year >", "WHERE id =", "WHERE country ="],
  ["20", "30", "40", "'FR'", "19"],
  ["ORDER BY age DESC", "ORDER BY age", "ORDER BY name", "", "ORDER BY year DESC"],
];
const GOLD = "SELECT name FROM singer WHERE age > 20 ORDER BY age DESC";
const GROUP = 8;
const UPDATES = 80;

const database = new DatabaseSync(":memory:");
database.exec(SCRIPT);
const kept = new Map<string, QueryResult>();

/** Our own queries only, so SQLite is asked in this process. */
const query: Query = async ({ sql }) => {
  let result = kept.get(sql);
  if (result === undefined) {
    try {
      const statement = database.prepare(sql);
      statement.setReturnArrays(true);
      result = { status: "ok", columns: statement.columns().map(({ name }) => name), rows: statement.all() as unknown as SqlValue[][] };
    } catch (error) {
      result = { status: "error", message: String(error) };
    }
    kept.set(sql, result);
  }
  return result;
};

const said = (sql: string): string => `<think>So.</think><answer>${sql}</answer>`;
const written = (choice: readonly number[]): string => {
  const [column, table, where, value, order] = choice.map((option, place) => PLACES[place]![option]!);
  return `SELECT ${column} FROM ${table} ${where} ${value} ${order}`.trim();
};

/** The chance that a drawn query gives the gold query's rows: by enumeration. */
async function success(policy: readonly Float64Array[]): Promise<number> {
  const right = (await query({ dialect: "sqlite", database: { script: SCRIPT }, sql: GOLD })) as Extract<QueryResult, { status: "ok" }>;
  const due = JSON.stringify(right.rows);
  let chance = 0;
  const visit = async (choice: readonly number[], p: number): Promise<void> => {
    if (choice.length < PLACES.length) {
      for (const [option, share] of policy[choice.length]!.entries()) if (share > 0) await visit([...choice, option], p * share);
      return;
    }
    const result = await query({ dialect: "sqlite", database: { script: SCRIPT }, sql: written(choice) });
    if (result.status === "ok" && result.columns.length === 1 && JSON.stringify(result.rows) === due) chance += p;
  };
  await visit([], 1);
  return chance;
}

async function learned(method: Method, { setting, random, meter }: RunContext<Setting>): Promise<number> {
  const reward = method.prepare({ query: GOLD, script: SCRIPT });
  const logits = PLACES.map((options, place) => Float64Array.from(options, (_, option) => (place < setting.places || option === 0 ? 0 : Number.NEGATIVE_INFINITY)));
  for (let update = 0; update < UPDATES; update++) {
    const own = random.split("update", update);
    const policy = logits.map((row) => softmax(row));
    const group = Array.from({ length: GROUP }, () => policy.map((row) => own.choice(row)));
    const rewards = await Promise.all(group.map(async (choice) => (await reward(said(written(choice)), { query })).score!));
    const advantages = groupRelative(rewards);
    meter.spend("samples", GROUP);
    meter.spend("queries", GROUP);
    meter.spend("updates");
    for (const [i, choice] of group.entries())
      for (const [place, option] of choice.entries()) logits[place]!.forEach((_, k) => (logits[place]![k]! += (0.8 / GROUP) * advantages[i]! * ((k === option ? 1 : 0) - policy[place]![k]!)));
  }
  return success(logits.map((row) => softmax(row)));
}

/** Components counted by hand, on the published scale of 9. */
async function handError(method: Method): Promise<number> {
  const gold = { query: "SELECT name, age FROM singer", script: SCRIPT };
  const cases: readonly (readonly [text: string, judge: number, total: number])[] = [
    [said("SELECT name, age FROM singer"), 0, 9],
    // Rows in another order: a bag.
    [said("SELECT name, age FROM singer ORDER BY id DESC"), 0, 3 + 2 + 1 + 3 / 4 + 5 / 9 + 1],
    // singer, name of singer, name, age: 2/3; bigrams: from singer of {select name, name from, from singer, name ",", ", age", age from} and select name: 2/6.
    [said("SELECT name FROM singer"), 0.5, 1 + 1 + 2 / 3 + 2 / 6 + 1],
    // Does not run: no such table. Columns 2 of 4; bigrams 4 of 6.
    ["SELECT name, age FROM singers", 0, 2 / 4 + 4 / 6],
    [said("DELETE FROM singer"), 1, 0],
  ];
  const errors = await Promise.all(cases.map(async ([text, judgeScore, total]) => Math.abs(9 * (await method(text, gold, {}, { query, judgeScore })).score! - total)));
  return Math.max(...errors);
}

/** How far a wrong query's most passes 6, or a right one's least falls short of 7, at the judge's worst. */
async function orderError(method: Method): Promise<number> {
  let error = 0;
  const reward = method.prepare({ query: GOLD, script: SCRIPT });
  for (let option = 0; option < PLACES[0]!.length; option++)
    for (let order = 0; order < PLACES[4]!.length; order++) {
      const text = said(written([option, 0, 0, 0, order]));
      const { status, score: best } = await reward(text, { query, judgeScore: 1 });
      const { score: least } = await reward(text, { query, judgeScore: 0 });
      error = status === "correct" ? Math.max(error, 7 - 9 * least!) : Math.max(error, 9 * best! - 6);
    }
  return Math.max(0, error);
}

/** Share of groups without a right query whose rewards are all the same. */
async function silentGroups(method: Method, { random }: RunContext<Setting>): Promise<number> {
  const reward = method.prepare({ query: GOLD, script: SCRIPT });
  const silent = await Promise.all(
    Array.from({ length: 10 }, async (_, i) => {
      const own = random.split("group", i);
      const group = Array.from({ length: GROUP }, () => PLACES.map((options, place) => (place === 1 ? 1 : own.integer(options.length))));
      const rewards = await Promise.all(group.map(async (choice) => (await reward(said(written(choice)), { query })).score!));
      return rewards.every((each) => each === rewards[0]) ? 1 : 0;
    }),
  );
  return mean(silent);
}

async function measure(method: Method, context: RunContext<Setting>): Promise<Record<"success" | "handError" | "orderError" | "silentGroups", number>> {
  return { success: await learned(method, context), handError: await handError(method), orderError: await orderError(method), silentGroups: await silentGroups(method, context) };
}

const only = (weights: Partial<SqlPartialRewardOptions["weights"]>): Method =>
  replaceVerifier(sqlPartialReward, (reference, options) => sqlPartialReward.prepare(reference, { ...options, weights: { execution: 0, judge: 0, syntax: 0, schema: 0, ngram: 0, format: 0, ...weights } }));

export const reproduction: Reproduction = reproduce({
  system: "s117",
  level: "mechanism",
  uses: [sqlPartialReward],
  claim: {
    text: "The components are those counted by hand, right queries are paid at least 7 and wrong ones at most 6, groups without a right query still have rewards that differ, and a writer of queries learns more from all components than from execution alone, or from execution and n-grams, in the same samples.",
    source: "Pourreza et al. 2025, arXiv:2503.23157; catalogue row s117",
    measures: { success: { direction: "higher", margin: 0.3 }, handError: { within: 1e-9 }, orderError: { within: 1e-9 }, silentGroups: { within: 0 } },
    limits:
      `Not shown: execution alone teaches this writer next to nothing, and execution with the n-gram reward teaches it as much as the whole sum. So it was on development seeds with the gold query in other words (aliases, \`>= 21\` for \`> 20\`: 0.76 for the sum, 0.95 with n-grams, 0.62 with schema linking alone): one partial reward that tells wrong queries apart is enough here, and more of them can lead away. What holds are the components, the order of right and wrong, and groups that are never silent. A writer of ${PLACES.reduce((n, options) => n * options.length, 1)} queries, no language model and no judge; one database, on which right by chance is right (${sqlRewardTotal({ execution: 1, judge: 1, syntax: 1, schema: 0, ngram: 0, format: 1 })} of 9 at least). Weights are those of a re-implementation that cites the paper.`,
  },
  setting: { places: PLACES.length },
  run: ([method], context) => measure(method, context),
  controls: {
    ablation: { text: "execution alone", methods: [only({ execution: 3 })] },
    rival: { text: "execution and n-grams", methods: [only({ execution: 3, ngram: 1 })] },
    replacements: { [sqlPartialReward.record.id]: { text: "execution alone", method: only({ execution: 3 }) } },
  },
  shouldNotHelp: { text: "the writer fills two places, and most groups hold a right query", setting: { places: 2 }, margins: { success: 0.15 } },
  earlier: [
    {
      shown: true,
      text: "The rival was execution and syntax: 0.948 against 0.0004, and 0.0005 for execution alone. It was not the strongest simple one: execution with n-grams had taught the writer as much on development seeds, and is the rival now.",
    },
  ],
});

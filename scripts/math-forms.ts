/** docs/math-forms.md, from the table the tests hold; written and checked by `scripts/docs.ts`. */
import { DEFAULTS, FORMS } from "../test/math/forms.ts";

/** Inline code that may hold backticks and bars, fit for a table cell. */
function code(text: string): string {
  const fence = text.includes("`") ? "``" : "`";
  return `${fence}${text.replaceAll("|", "\\|")}${fence}`;
}

export function mathFormsPage(): string {
  const lines = [
    "# Forms of answer the math verifier reads",
    "",
    "Written from the table that the tests hold; every line here is executed. References stand left, answers right. Other forms are",
    "`undecided: unsupported-form`: null, and never zero.",
    "",
    "## What is ambiguous",
    "",
    "| question | default | option |",
    "|---|---|---|",
    ...DEFAULTS.map((d) => `| ${d.question.replaceAll("|", "\\|")} | ${d.choice.replaceAll("|", "\\|")} | ${d.option === "" ? "" : code(d.option)} |`),
    "",
  ];
  for (const form of FORMS) {
    lines.push(`## ${form.name[0]!.toUpperCase()}${form.name.slice(1)}`, "", form.note, "", "| reference | equal | reference | not equal |", "|---|---|---|---|");
    for (let i = 0; i < Math.max(form.equal.length, form.different.length); i++) {
      const cells = [form.equal[i], form.different[i]].flatMap((pair) => (pair === undefined ? ["", ""] : [code(pair[0]), code(pair[1])]));
      lines.push(`| ${cells.join(" | ")} |`);
    }
    lines.push("");
  }
  return lines.join("\n");
}

/**
 * The tables of the pages in `docs/`, from the records that they list.
 *
 * @module
 */
import { isThere } from "../../base/files.ts";
import { left, table, trusted } from "../../reports/page/markdown.ts";
import { SUITES, TIMING_SUITES } from "../../suites/list.ts";
import { PURPOSES } from "./packages.ts";

/** Every suite with its question, and its reference report if there is one. */
export async function suitesTable(): Promise<string> {
  const rows = [...SUITES, ...TIMING_SUITES].map(async ({ id, question }) => {
    const report = `reports/${id}/report.md`;
    return [`\`${id}\``, question, await isThere(report) ? `[${id}](../${report})` : ""].map(trusted);
  });
  return table([left("suite"), left("question"), left("reference report")], await Promise.all(rows));
}

/** What every package is for, and why this one was chosen. */
export function dependenciesTable(): string {
  return table(
    [left("package"), left("for"), left("why this one")],
    PURPOSES.map(({ packages, purpose, reason }) =>
      [
        packages.map((name) => `\`${name}\``).join(", "),
        purpose,
        reason,
      ].map(trusted)
    ),
  );
}

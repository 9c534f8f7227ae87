/**
 * The tables of the pages in `docs/`, from the records that they list.
 *
 * @module
 */
import { exists } from "../../base/files.ts";
import { left, table, trusted } from "../../reports/page/markdown.ts";
import { SUITES, TIMING_SUITES } from "../../suites/list.ts";
import { PURPOSES } from "./packages.ts";

/** Every suite with its question, and its reference reports: a suite may have one on USPS, too. */
export function suitesTable(): string {
  const rows = [...SUITES, ...TIMING_SUITES].map(({ id, question }) => {
    const links = [id, `${id}_usps`].filter((name) => exists(report(name))).map((name) =>
      `[${name}](../${report(name)})`
    );
    return [`\`${id}\``, question, links.join(", ")].map(trusted);
  });
  return table([left("suite"), left("question"), left("reference report")], rows);
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

function report(name: string): string {
  return `reports/${name}/report.md`;
}

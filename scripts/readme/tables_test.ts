import assert from "node:assert/strict";
import { exists } from "../../base/files.ts";
import { SUITES, TIMING_SUITES } from "../../suites/list.ts";
import { PURPOSES } from "./packages.ts";
import { suitesTable } from "./tables.ts";

Deno.test("PURPOSES lists every package of deno.json once, and no other", async () => {
  const { imports } = JSON.parse(await Deno.readTextFile("deno.json"));
  const imported = Object.keys(imports).map((name) => name.replace(/\/$/, ""));
  assert.deepEqual(PURPOSES.flatMap(({ packages }) => packages).toSorted(), imported.toSorted());
});

Deno.test("suitesTable() has a line per suite, with a link for each that has a committed report", async () => {
  const [, , ...lines] = (await suitesTable()).split("\n");
  const suites = [...SUITES, ...TIMING_SUITES];
  assert.equal(lines.length, suites.length);
  for (const [i, { id, question }] of suites.entries()) {
    assert.ok(lines[i]!.startsWith(`| \`${id}\` | ${question} |`), id);
    const link = exists(`reports/${id}/report.md`) ? `[${id}](../reports/${id}/report.md)` : "";
    assert.ok(lines[i]!.endsWith(`|${link === "" ? "" : ` ${link}`} |`), id);
  }
  assert.match(lines[0]!, /lenet300\/report\.md/);
});

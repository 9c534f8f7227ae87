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

Deno.test("suitesTable() has a line per suite, with a link to every committed report", () => {
  const [, , ...lines] = suitesTable().split("\n");
  const suites = [...SUITES, ...TIMING_SUITES];
  assert.equal(lines.length, suites.length);
  for (const [i, { id, question }] of suites.entries()) {
    assert.ok(lines[i]!.startsWith(`| \`${id}\` | ${question} |`), id);
    for (const name of [id, `${id}_usps`]) {
      const path = `reports/${name}/report.md`;
      assert.equal(lines[i]!.includes(`[${name}](../${path})`), exists(path), name);
    }
  }
  assert.match(lines[0]!, /lenet300\/report\.md/);
});

import assert from "node:assert/strict";
import { UserError } from "../base/errors.ts";
import { resultTable, withTable } from "./readme.ts";

const REPORT = "# T\n\n## Results\n\n| a |\n| - |\n| 1 |\n\nNote 1.\n\n![chart](x.svg)\n\nText.\n\n## Other\n\n| b |\n";
const README = "Before\n<!-- results: made by deno task readme -->\n| old |\n<!-- end of results -->\nafter\n";

Deno.test("the readme takes the report's result table with its notes, and nothing else", () => {
  const readme = withTable(README, resultTable(REPORT));
  assert.ok(readme.includes("| a |\n| - |\n| 1 |\n\nNote 1.\n\n<!-- end"));
  assert.ok(!/old|chart|Text|\| b \|/.test(readme));
  assert.ok(readme.startsWith("Before\n") && readme.endsWith("after\n"));
  assert.equal(withTable(readme, resultTable(REPORT)), readme);
});

Deno.test("a missing table or mark is said", () => {
  assert.throws(() => resultTable("# T\n"), UserError);
  assert.throws(() => withTable("no marks", "| a |"), UserError);
});

Deno.test("every relative link of the readme leads to a file", async () => {
  const readme = await Deno.readTextFile("README.md");
  const links = [...readme.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, path]) => path!);
  assert.ok(links.length > 10);
  for (const path of links) assert.ok((await Deno.stat(path)).isFile, path);
});

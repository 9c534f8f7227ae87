import assert from "node:assert/strict";
import { UserError } from "../base/errors.ts";
import { withTable } from "./readme.ts";

const README = "Before\n<!-- results: made by deno task readme -->\n| old |\n<!-- end of results -->\nafter\n";

Deno.test("withTable() replaces what is between the marks, and nothing else", () => {
  const readme = withTable(README, "| new |");
  assert.equal(readme, README.replace("\n| old |\n", "\n\n| new |\n\n"));
  assert.equal(withTable(readme, "| new |"), readme);
});

Deno.test("withTable() refuses a readme without marks", () => {
  assert.throws(() => withTable("no marks", "| a |"), UserError);
});

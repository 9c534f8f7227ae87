import assert from "node:assert/strict";
import { UserError } from "../../base/errors.ts";
import { withBlock } from "./block.ts";

const PAGE = "Before\n<!-- results: made by deno task readme -->\n| old |\n<!-- end of results -->\nafter\n";
const BLOCK = { page: "README.md", name: "results", text: "| new |" };

Deno.test("withBlock() replaces what is between the marks, and nothing else", () => {
  const page = withBlock(PAGE, BLOCK);
  assert.equal(page, PAGE.replace("\n| old |\n", "\n\n| new |\n\n"));
  assert.equal(withBlock(page, BLOCK), page);
});

Deno.test("withBlock() refuses a page without the marks of the block's name", () => {
  assert.throws(() => withBlock("no marks", BLOCK), UserError);
  assert.throws(() => withBlock(PAGE, { ...BLOCK, name: "suites" }), UserError);
});

import assert from "node:assert/strict";
import { INJECTIONS } from "./injections.ts";

const ROOT = new URL("../../", import.meta.url);

Deno.test("INJECTIONS replace texts that are in their files exactly once, with others", async () => {
  assert.equal(new Set(INJECTIONS.map(({ id }) => id)).size, INJECTIONS.length);
  for (const { id, edits } of INJECTIONS) {
    assert.notEqual(edits.length, 0, id);
    for (const { file, find, replace } of edits) {
      const parts = (await Deno.readTextFile(new URL(file, ROOT))).split(find);
      assert.equal(parts.length, 2, `${id}: "${find}" in ${file}`);
      assert.notEqual(find, replace, id);
    }
  }
});

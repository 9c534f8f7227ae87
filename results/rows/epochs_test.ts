import assert from "node:assert/strict";
import fc from "fast-check";
import { epochRow, lossesOf, lossesText } from "./epochs.ts";

Deno.test("lossesText() and lossesOf() keep every 32-bit number, and the column takes what they write", () => {
  const { first_losses } = epochRow.shape;
  fc.assert(fc.property(fc.array(fc.float({ noNaN: true, noDefaultInfinity: true })), (losses) => {
    const text = lossesText(losses);
    assert.equal(first_losses.parse(text), text);
    assert.deepEqual(lossesOf({ first_losses: text }).map(Math.fround), losses.map((loss) => loss === 0 ? 0 : loss));
  }));
});

Deno.test("epochRow refuses first losses that are no numbers, or are separated by anything else than a space", () => {
  const { first_losses } = epochRow.shape;
  for (const text of ["NaN", "1,2", "1  2", "1 ", " 1", "1\n2", "0x1"]) {
    assert.equal(first_losses.safeParse(text).success, false, JSON.stringify(text));
  }
});

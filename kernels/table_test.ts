import assert from "node:assert/strict";
import { readmeWithTable } from "./table.ts";

Deno.test("readmeWithTable() changes nothing: the README lists the kernels that there are", async () => {
  const { current, fresh } = await readmeWithTable();
  assert.match(
    fresh,
    /\| \[training\/masked\.ts\]\(training\/masked\.ts\) \| Dropout's product .* \| {2}\| `Masked` \|/,
  );
  assert.equal(current, fresh, "run: deno run --allow-read --allow-write kernels/table.ts");
});

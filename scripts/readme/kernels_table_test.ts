import assert from "node:assert/strict";
import * as list from "../../kernels/list.ts";
import { kernelsTable } from "./kernels_table.ts";

Deno.test("kernelsTable() names every kernel once, next to its file", async () => {
  const [, , ...lines] = (await kernelsTable()).split("\n");
  const named = lines.flatMap((line) => [...line.matchAll(/`(\w+)`/g)].map(([, name]) => name!));
  const kernels = Object.values(list).map((kernel) => "replaces" in kernel ? kernel.replaces : kernel.adds);
  for (const kernel of kernels) assert.equal(named.filter((name) => name === kernel).length, 1, kernel);
  const link = "[training/masked.ts](training/masked.ts)";
  assert.ok(lines.includes(`| ${link} | Dropout's product with a mask, forward and backward | | \`Masked\` |`));
});

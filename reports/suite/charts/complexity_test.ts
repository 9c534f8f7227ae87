import assert from "node:assert/strict";
import { fakeRun } from "../../../results/testing.ts";
import { collect } from "../rows.ts";
import { complexityPicture } from "./complexity.ts";

/** Networks of the given sizes, with 100 errors in 10,000 each. */
function networks(parameters: readonly number[], columns: { augmentation?: string } = {}) {
  return parameters.map((count) => ({
    variant: {
      variant: `net-${count}${columns.augmentation ?? ""}`,
      model: `net-${count}`,
      model_title: `Net ${count}`,
      parameters: count,
      ...columns,
    },
    testErrors: [90, 110],
  }));
}

const picture = (arms: ReturnType<typeof networks>) => complexityPicture(collect([fakeRun({ arms })], []));

Deno.test("complexityPicture() draws four sizes of networks or more, each with its name", async () => {
  const svg = await picture(networks([1000, 5000, 20_000, 100_000]));
  for (const name of ["Net 1000", "Net 5000", "Net 20000", "Net 100000"]) assert.ok(svg?.includes(`>${name}<`), name);
  assert.equal(await picture(networks([1000, 5000, 20_000])), undefined);
});

Deno.test("complexityPicture() counts no arms that distort images as networks", async () => {
  assert.equal(await picture(networks([1000, 5000, 20_000, 100_000], { augmentation: "shift" })), undefined);
});

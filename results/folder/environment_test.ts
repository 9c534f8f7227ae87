import assert from "node:assert/strict";
import { upgradeEnvironment } from "./environment.ts";

Deno.test("upgradeEnvironment() reads the plan of version 2 from its command line", () => {
  const planOf = (command: string) => {
    const { schema, plan } = upgradeEnvironment({ schema: 2, command }) as { schema: number; plan: unknown };
    assert.equal(schema, 5);
    return plan;
  };
  assert.deepEqual(planOf("deno task bench fake --seeds 2 --first-seed 7 --shard 2/3 --backend webgpu"), {
    seeds: [7, 8],
    shard: { number: 2, of: 3 },
    options: null,
  });
  assert.deepEqual(planOf("runSuite of suite"), { seeds: [], shard: null, options: null });
});

Deno.test("upgradeEnvironment() adds to version 3 that no loads were shared", () => {
  const plan = { seeds: [1], shard: null, options: null };
  assert.deepEqual(upgradeEnvironment({ schema: 3, command: "", plan }), {
    schema: 5,
    command: "",
    plan,
    lanes: 1,
    api: "",
  });
});

Deno.test("upgradeEnvironment() leaves other versions alone", () => {
  for (const found of [{ schema: 5, command: "" }, { schema: 1, command: "" }, null, "text"]) {
    assert.equal(upgradeEnvironment(found), found);
  }
});

import assert from "node:assert/strict";
import { fakeRun } from "../testing.ts";
import { incompletenessOf } from "./completeness.ts";

function planning(seeds: number[]) {
  return { environment: { plan: { seeds, shard: null, options: null } } };
}

Deno.test("incompletenessOf() names planned trials without a row; one that failed is a result", () => {
  const run = fakeRun({ arms: [{ testErrors: [90, null] }], ...planning([1, 2, 3]) });
  assert.deepEqual(incompletenessOf([run]), { planned: 3, missing: ["fake/small-modern/3"], torn: [] });
});

Deno.test("incompletenessOf() takes runs together, and knows no plan of a run that does not say", () => {
  const first = fakeRun({ arms: [{ testErrors: [90] }], ...planning([1, 2]) });
  const second = fakeRun({ arms: [{ testErrors: [100] }], firstSeed: 2, ...planning([2]) });
  assert.deepEqual(incompletenessOf([first, second]), { planned: 2, missing: [], torn: [] });
  const silent = fakeRun({ arms: [{ testErrors: [90, 100] }] });
  assert.deepEqual(incompletenessOf([silent]), { planned: 2, missing: [], torn: [] });
});

Deno.test("incompletenessOf() finds finished trials that lack epochs or errors, but not those that stopped early", () => {
  const run = fakeRun({ arms: [{ testErrors: [2, 3] }] });
  const of = (changed: Partial<typeof run>) => incompletenessOf([{ ...run, ...changed }]).torn;
  assert.deepEqual(of({ epochs: run.epochs.slice(0, -1) }), [
    'Trial "fake/small-modern/2" has 2 of its 3 rows in "epochs.csv".',
  ]);
  assert.deepEqual(of({ errors: run.errors.slice(1) }), [
    'Trial "fake/small-modern/1" has 1 of its 2 rows in "errors.csv".',
  ]);
  const stopped = run.trials.map((trial) => ({ ...trial, best_epoch: 1 }));
  assert.deepEqual(of({ trials: stopped, epochs: run.epochs.filter(({ epoch }) => epoch < 3) }), []);
  assert.equal(of({ trials: stopped, epochs: run.epochs.filter(({ epoch }) => epoch !== 2) }).length, 2);
});

Deno.test("incompletenessOf() expects epochs of every network of a boosted trial", () => {
  const run = fakeRun({ arms: [{ testErrors: [2] }] });
  const epochs = [1, 2, 3].flatMap((network) =>
    run.epochs.map((row) => ({ ...row, network, epoch: row.epoch + 3 * (network - 1) }))
  );
  assert.deepEqual(incompletenessOf([{ ...run, epochs }]).torn, []);
  assert.deepEqual(incompletenessOf([{ ...run, epochs: epochs.slice(1) }]).torn, [
    'Trial "fake/small-modern/1" has 8 of its 9 rows in "epochs.csv".',
  ]);
});

import assert from "node:assert/strict";
import { formatMessage, parse } from "@optique/core";
import { readRun, type Run } from "../results/folder/store.ts";
import { writeRun } from "../results/folder/write_run.ts";
import { fakeRun } from "../results/testing.ts";
import { benchOptions } from "./bench/options.ts";
import { runTask, withProjectFolder } from "./command/testing.ts";

const SMOKE = ["lenet300", "--profile", "smoke"];
/** Four networks of two sizes, two seeds. */
const EIGHT = [...SMOKE, "--filter", "fc-784-10.,fc-784-300-10.", "--seeds", "2"];

/** Wall-clock columns of a run: what no two runs have in common. */
const TIMES = [
  "compile_seconds",
  "finished",
  "train_seconds",
  "first_step_seconds",
  "evaluate_seconds",
  "images_per_second",
  "seconds",
];

function withoutTimes({ environment: { started: _, ...environment }, ...tables }: Run): unknown {
  return {
    environment,
    ...JSON.parse(JSON.stringify(tables, (key, value) => TIMES.includes(key) ? undefined : value)),
  };
}

async function bench(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runTask("bench", ...args);
  assert.equal(code, 0, stderr);
  return stdout;
}

Deno.test("merge joins three shards into the run that one machine would have written", () =>
  withProjectFolder(async (folder) => {
    const shards = ["1/3", "2/3", "3/3"].map((shard, i) => ({ shard, out: `${folder}/shard-${i + 1}` }));
    for (const { shard, out } of shards) {
      assert.match(
        await bench(...EIGHT, "--shard", shard, "--out", out),
        new RegExp(`Shard ${shard}: \\d+ of 8 trials`),
      );
      const { environment, trials, variants } = readRun(out);
      assert.match(environment.command, new RegExp(` --shard ${shard}$`));
      assert.ok(trials.length >= 2, "balanced, since all trials take about as long");
      assert.equal(variants.length, 4);
    }
    await bench(...EIGHT, "--out", `${folder}/whole`);

    const out = `${folder}/merged/run`;
    const merged = await runTask("merge", ...shards.map((shard) => shard.out).reverse(), "--out", out);
    assert.equal(merged.code, 0, merged.stderr);
    assert.match(merged.stdout, /^Merged 8 trials of 3 folders into /);
    assert.equal(merged.stderr, "");
    assert.deepEqual(withoutTimes(readRun(out)), withoutTimes(readRun(`${folder}/whole`)));
    assert.ok(readRun(out).trials.every(({ weights_sha256 }) => /^[0-9a-f]{64}$/.test(weights_sha256)));
    assert.equal((await runTask("report", out)).code, 0);

    const again = await runTask("merge", shards[0]!.out, "--out", out);
    assert.equal(again.code, 1);
    assert.match(again.stderr, /^Error: Cannot write the run to ".*": it is there already/);
    const part = await runTask("merge", shards[0]!.out, "--out", `${folder}/part`);
    assert.equal(part.code, 3, "planned trials are missing");
    assert.equal((await runTask("merge", shards[0]!.out, "--partial", "--out", `${folder}/meant`)).code, 0);
    assert.match(part.stderr, /^Note: No folder holds these planned trials: lenet300\//);
    const whole = await runTask("merge", shards[0]!.out, `${folder}/whole`, "--out", `${folder}/mixed`);
    assert.equal(whole.code, 1, "the same trials, trained twice");
    assert.match(whole.stderr, /^Error: Cannot merge .*: both hold trial "lenet300\/.*", and its .*\n$/);
  }));

Deno.test("bench --shard without a trial says so, succeeds, and can be merged", () =>
  withProjectFolder(async (folder) => {
    const out = `${folder}/empty`;
    assert.match(
      await bench(...SMOKE, "--filter", "lenet1.modern", "--shard", "2/2", "--out", out),
      /Shard 2\/2 has nothing to do: the others run all of 1 trial/,
    );
    assert.deepEqual(readRun(out).trials, []);
    const { code, stderr } = await runTask("merge", out, "--out", `${folder}/merged`);
    assert.equal(code, 3, stderr);
    assert.match(stderr, /planned trials: lenet300\/lenet1\.modern\/1\.$/m);
  }));

Deno.test("merge prints no control characters from a foreign folder", () =>
  withProjectFolder(async (folder) => {
    const shard = `${folder}/shard`;
    writeRun(shard, fakeRun());
    const [, row] = (await Deno.readTextFile(`${shard}/epochs.csv`)).split("\n");
    const steering = row!.replace("fake/small-modern/1", "\x1b[2J");
    assert.notEqual(steering, row);
    await Deno.writeTextFile(`${shard}/epochs.csv`, `${steering}\n`, { append: true });
    const { code, stderr } = await runTask("merge", shard, "--out", `${folder}/merged`);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^Note: In ".*": Trial "\uFFFD\[2J" was interrupted/);
    assert.ok(!stderr.includes("\x1b"));
  }));

Deno.test("bench --shard accepts 1/N to N/N, and nothing else", async () => {
  for (const shard of ["0/4", "5/4", "1/0", "one", "1/2/3", "-1/4", "1.5/4"]) {
    const parsed = parse(benchOptions, [...SMOKE, `--shard=${shard}`]);
    assert.equal(
      parsed.success ? "" : formatMessage(parsed.error),
      `\`--shard\`: Expected a shard from 1/N to N/N, such as 2/4, but got "${shard}".`,
    );
  }
  const wrong = await runTask("bench", ...SMOKE, "--shard=0/4");
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /^Error: `--shard`: Expected .*\n$/);
  const { code, stderr } = await runTask("bench", "--shard", "1/2");
  assert.equal(code, 1);
  assert.match(stderr, /^Error: --shard is for one suite\. Name one first/);
});

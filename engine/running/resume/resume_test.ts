import assert from "node:assert/strict";
import { UserError } from "../../../base/errors.ts";
import { withFolder } from "../../../base/testing.ts";
import { syntheticDataset } from "../../../data/synthetic/digits.ts";
import { type Backend, DeviceFault } from "../../../device/backend.ts";
import { COMMIT_VARIABLE } from "../../../device/commit.ts";
import { cpuTest } from "../../../device/testing.ts";
import { ALL_AFFINE } from "../../../recipes/augmentations.ts";
import { LECUN_1998 } from "../../../recipes/lecun1998.ts";
import { readRun } from "../../../results/folder/store.ts";
import type { Profile, Suite } from "../../../suites/suite.ts";
import { tinyVariant } from "../../testing.ts";
import { plan } from "../plan.ts";
import { type RunOptions, runPlan } from "../run.ts";
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "./checkpoint.ts";

const profile: Profile = {
  trainImages: 40,
  validationImages: 10,
  testImages: 20,
  epochs: 3,
  seeds: 2,
  dataset: "synthetic",
};
const SUITE: Suite = {
  id: "tiny",
  title: "Tiny",
  question: "Does it go on?",
  judgedOn: "test",
  measures: { sweeps: [{ kind: "shift", amounts: [0, 2], images: 20 }], gradientNorms: true },
  variants: [tinyVariant()],
  profiles: { smoke: profile, quick: profile, paper: profile },
};
const DIGITS = syntheticDataset({ train: 50, test: 20 });

interface Changes extends Partial<RunOptions> {
  readonly suite?: Suite;
}

/** Runs the suite in `directory`; what it said. */
async function run(directory: string, backend: Backend, { suite = SUITE, ...changes }: Changes = {}) {
  const said: string[] = [];
  await runPlan({
    plan: plan(suite, { profile: "smoke" }),
    dataset: DIGITS,
    backend,
    directory,
    command: "a test",
    onNotice: (sentence) => said.push(sentence),
    ...changes,
  });
  return said.join("\n");
}

const RESUME = { retryFailed: false };

/** A whole run without what differs from one to the next. */
function lasting(directory: string) {
  const { trials, epochs, errors, sweeps, gradients } = readRun(directory);
  return {
    trials: trials.map(({ trial, weights_sha256, train_loss, test_errors, best_epoch, peak_bytes }) => ({
      trial,
      weights_sha256,
      train_loss,
      test_errors,
      best_epoch,
      peak_bytes,
    })),
    epochs: epochs.map(({ seconds: _, ...row }) => row),
    errors,
    sweeps,
    gradients,
  };
}

function edit(path: string, change: (text: string) => string): void {
  Deno.writeTextFileSync(path, change(Deno.readTextFileSync(path)));
}

const withoutLastLine = (text: string) => text.replace(/[^\n]*\n$/, "");

function contents(directory: string): Record<string, string> {
  return Object.fromEntries(
    [...Deno.readDirSync(directory)].map(({ name }) => [name, Deno.readTextFileSync(`${directory}/${name}`)]),
  );
}

/** Starts a run whose process fails in its second trial, at the end of the third epoch of three. */
async function interrupt(directory: string, backend: Backend): Promise<void> {
  const crash = new Error("a crash");
  const onProgress: RunOptions["onProgress"] = ({ trial, training }) => {
    if (trial.seed === 2 && training.epoch === 3) throw crash;
  };
  await assert.rejects(run(directory, backend, { checkpointSeconds: 0, onProgress }), (error) => error === crash);
}

/** Boosts three tiny networks, pattern by pattern. */
const BOOSTED: Suite = {
  ...SUITE,
  measures: { testErrorByEpoch: true },
  variants: [{ ...tinyVariant(), recipe: LECUN_1998, augmentation: ALL_AFFINE, boosting: { versions: 3 } }],
};

cpuTest(
  "runPlan() resumes a boosted trial in its second network, with all rows of a whole one",
  (backend) =>
    withFolder(async (folder) => {
      const [whole, directory] = [`${folder}/whole`, `${folder}/run`];
      const work = { suite: BOOSTED, plan: plan(BOOSTED, { profile: "smoke", seeds: 1 }), checkpointSeconds: 0 };
      await run(whole, backend, work);
      const crash = new Error("a crash");
      const onProgress: RunOptions["onProgress"] = ({ training, epochs }) => {
        assert.equal(epochs, 9);
        if (training.epoch === 6) throw crash;
      };
      await assert.rejects(run(directory, backend, { ...work, onProgress }), (error) => error === crash);
      const said = await run(directory, backend, { ...work, resume: RESUME });
      assert.match(said, /resuming with "tiny\/tiny\/1" after its epoch 5\.$/);
      assert.deepEqual(lasting(directory), lasting(whole));
      const { epochs, trials: [trial], variants: [variant] } = readRun(directory);
      assert.deepEqual(epochs.map(({ network }) => network), [1, 1, 1, 2, 2, 2, 3, 3, 3]);
      assert.deepEqual([trial!.epochs, trial!.parameters, variant!.parameters], [3, 3 * 7850, 3 * 7850]);
      assert.equal(epochs.at(-1)!.test_error_pct, trial!.test_error_pct);
      assert.equal(epochs.at(-1)!.validation_error_pct, trial!.validation_error_pct);
      const before = contents(directory);
      await run(directory, backend, { ...work, resume: RESUME });
      assert.deepEqual(contents(directory), before, "nothing is left to do");
    }),
);

cpuTest(
  "runPlan() resumes a run that was interrupted within a trial, with all rows of a whole one",
  (backend) =>
    withFolder(async (folder) => {
      const [whole, directory] = [`${folder}/whole`, `${folder}/run`];
      await run(whole, backend);
      await interrupt(directory, backend);
      const left: number[] = [];
      const said = await run(directory, backend, {
        resume: RESUME,
        onProgress: ({ trialNumber, trials, training, secondsLeft }) => {
          assert.deepEqual([trialNumber, trials, training.epoch], [2, 2, 3]);
          left.push(secondsLeft);
        },
      });
      assert.equal(
        said,
        `1 of 2 trials are finished in "${directory}"; resuming with "tiny/tiny/2" after its epoch 2.`,
      );
      assert.equal(left.at(-1), 0);
      assert.deepEqual(lasting(directory), lasting(whole));
      assert.deepEqual(Object.keys(contents(directory)).toSorted(), Object.keys(contents(whole)).toSorted());

      const before = contents(directory);
      assert.equal(await run(directory, backend, { resume: RESUME }), `2 of 2 trials are finished in "${directory}".`);
      assert.deepEqual(contents(directory), before, "nothing is left to do");
    }),
);

cpuTest(
  "runPlan() refuses to resume a folder of another kind, names the first difference, and leaves it alone",
  (backend) =>
    withFolder(async (directory) => {
      await run(directory, backend);
      const before = contents(directory);
      const adapter = { ...backend.adapter, name: "another" };
      const tiny = tinyVariant();
      const other = { ...tiny, learningRate: 0.02 };
      const decayed = { ...tiny, recipe: { ...tiny.recipe, weightDecay: 1 } };
      const cases: readonly (readonly [RegExp, Changes, Backend?])[] = [
        [/its dataset_sha256 is "[0-9a-f]{64}", and would be "[0-9a-f]{64}" now/, {
          dataset: { ...DIGITS, sha256: "0".repeat(64) },
        }],
        [/its adapter is ".*", and would be "another" now/, {}, { ...backend, adapter }],
        [/its api is "", and would be "OpenGL" now/, {}, {
          ...backend,
          adapter: { ...backend.adapter, api: "OpenGL" },
        }],
        [/its profile is "smoke", and would be "quick" now/, { plan: plan(SUITE, { profile: "quick" }) }],
        [/its epochs of trial "tiny\/tiny\/1" is "3", and would be "4" now/, {
          plan: plan(SUITE, { profile: "smoke", epochs: 4 }),
        }],
        [/its learning_rate of variant "tiny" is "0.01", and would be "0.02" now/, {
          suite: { ...SUITE, variants: [other] },
        }],
        [/its variant_sha256 of trial "tiny\/tiny\/1" is/, { suite: { ...SUITE, variants: [decayed] } }],
        [/it holds trial "tiny\/tiny\/2", which is none of those/, {
          plan: plan(SUITE, { profile: "smoke", seeds: 1 }),
        }],
        [/its list of variants is "tiny", and would be "tiny, b" now/, {
          suite: { ...SUITE, variants: [tinyVariant(), { ...tinyVariant(), id: "b" }] },
        }],
      ];
      for (const [pattern, changes, on = backend] of cases) {
        await assert.rejects(run(directory, on, { resume: RESUME, ...changes }), (error) => {
          assert.ok(error instanceof UserError);
          assert.match(error.message, pattern);
          assert.match(error.message, /^Cannot resume ".*": .* start a new run in another folder/);
          return true;
        });
        assert.deepEqual(contents(directory), before);
      }
      edit(`${directory}/environment.json`, (text) => text.replace(/"commit": "/, '"commit": "f00'));
      await assert.rejects(run(directory, backend, { resume: RESUME }), /its commit is "f00/);
      const refused = async (field: string, value: string, remedy: RegExp) => {
        const text = before["environment.json"]!.replace(new RegExp(`"${field}": ".*?"`), `"${field}": "${value}"`);
        edit(`${directory}/environment.json`, () => text);
        await assert.rejects(run(directory, backend, { resume: RESUME }), remedy);
      };
      await refused(
        "dataset",
        "idx:0123456789ab",
        /now\. Name the folder of its data set with --data-dir, or start a new/,
      );
      await refused("commit", "0123abc", /now\. Check it out with "git checkout 0123abc", or start a new run/);
      await refused("v8", "1.2", /now\. Make that as it was, or start a new run/);
    }),
);

cpuTest("runPlan() keeps failed trials, and runs them again if asked to", (backend) =>
  withFolder(async (directory) => {
    let checks = 0;
    const check = () => {
      if (++checks === 2) throw new DeviceFault("a shader is wrong");
    };
    await run(directory, { ...backend, check });
    assert.deepEqual(readRun(directory).trials.map(({ status }) => status), ["failed", "done"]);
    const kept = await run(directory, backend, { resume: RESUME });
    assert.match(kept, /^2 of 2 trials are finished in ".*" \(1 failed; --retry-failed runs them again\)\.$/);
    const said = await run(directory, backend, { resume: { retryFailed: true } });
    assert.match(
      said,
      /^Trial "tiny\/tiny\/1" failed \(a shader is wrong\): its rows are removed, and it is run again\.$/m,
    );
    const { trials, epochs } = readRun(directory);
    assert.deepEqual(trials.map(({ trial, status }) => [trial, status]), [
      ["tiny/tiny/2", "done"],
      ["tiny/tiny/1", "done"],
    ]);
    assert.equal(epochs.length, 6);
  }));

cpuTest(
  "runPlan() resumes a trial that was lost with its device from its checkpoint",
  (backend) =>
    withFolder(async (folder) => {
      const [whole, directory] = [`${folder}/whole`, `${folder}/run`];
      await run(whole, backend);
      let checks = 0;
      const check = () => {
        if (++checks >= 3) throw new DeviceFault("the device is gone", true);
      };
      await run(directory, { ...backend, check }, { checkpointSeconds: 0 });
      assert.deepEqual(readRun(directory).trials, []);
      const said = await run(directory, backend, { resume: RESUME });
      assert.match(said, /0 of 2 trials are finished in ".*"; resuming with "tiny\/tiny\/1" after its epoch 2\.$/);
      assert.deepEqual(lasting(directory), lasting(whole));
    }),
);

cpuTest("runPlan() runs a trial again that lacks a row in any file", (backend) =>
  withFolder(async (directory) => {
    await run(directory, backend);
    const whole = lasting(directory);
    for (const name of ["epochs", "errors", "sweeps", "gradients"]) {
      edit(`${directory}/${name}.csv`, withoutLastLine);
      const said = await run(directory, backend, { resume: RESUME });
      assert.match(said, /^Trial "tiny\/tiny\/2" lacks some of its rows/, name);
      assert.deepEqual(lasting(directory), whole, name);
    }
  }));

cpuTest(
  "runPlan() creates the files that a process killed at its start did not",
  (backend) =>
    withFolder(async (directory) => {
      await run(directory, backend);
      const whole = lasting(directory);
      const names = Object.keys(contents(directory)).filter((name) => name !== "environment.json");
      for (const name of names) Deno.removeSync(`${directory}/${name}`);
      assert.match(await run(directory, backend, { resume: RESUME }), /^0 of 2 trials are finished/);
      assert.deepEqual(lasting(directory), whole);
      assert.deepEqual(Object.keys(contents(directory)).toSorted(), ["environment.json", ...names].toSorted());
    }),
);

cpuTest(
  "runPlan() drops a finished trial's checkpoint silently, and reports one that does not fit",
  (backend) =>
    withFolder(async (folder) => {
      const directory = `${folder}/run`;
      await interrupt(directory, backend);
      const checkpoint = Deno.readFileSync(`${directory}/checkpoint.bin`);
      await run(directory, backend, { resume: RESUME });
      const whole = lasting(directory);

      Deno.writeFileSync(`${directory}/checkpoint.bin`, checkpoint);
      assert.doesNotMatch(await run(directory, backend, { resume: RESUME }), /checkpoint/);
      assert.ok(!("checkpoint.bin" in contents(directory)));

      edit(`${directory}/trials.csv`, withoutLastLine);
      const good = decodeCheckpoint(checkpoint)!;
      const shorter = (values: Float32Array<ArrayBuffer>) => values.subarray(1);
      const cases: [Partial<Checkpoint>, RegExp][] = [
        [{ key: { ...good.key, trial: "tiny/tiny/3" } }, /"tiny\/tiny\/3" in ".*" is not used: no such trial/],
        [
          { key: { ...good.key, variant_sha256: "0" } },
          /is not used: its variant_sha256 is "0", and would be "2:[0-9a-f]+"/,
        ],
        [{ weights: shorter(good.weights) }, /is not used: its numbers do not fit the network\.$/m],
        [{ velocities: shorter(good.velocities) }, /is not used: its numbers do not fit/],
        [{ best: { epoch: 1, errors: 3, weights: good.weights } }, /is not used: its numbers do not fit/],
        [{ epochs: good.epochs.slice(1) }, /is not used: its numbers do not fit/],
        [{ epochs: [...good.epochs, { ...good.epochs[1]!, epoch: 3 }] }, /is not used: its numbers do not fit/],
      ];
      for (const [change, pattern] of cases) {
        Deno.writeFileSync(`${directory}/checkpoint.bin`, encodeCheckpoint({ ...good, ...change }));
        const said = await run(directory, backend, { resume: RESUME });
        assert.match(said, pattern);
        assert.match(said, /resuming with "tiny\/tiny\/2"\.$/);
        assert.deepEqual(lasting(directory), whole);
        edit(`${directory}/trials.csv`, withoutLastLine);
      }
    }),
);

cpuTest(
  "runPlan() refuses to resume a folder that lacks a file with rows, and leaves it alone",
  (backend) =>
    withFolder(async (directory) => {
      await run(directory, backend);
      for (const name of ["variants.csv", "sweeps.csv", "samples.csv"]) {
        const text = Deno.readTextFileSync(`${directory}/${name}`);
        Deno.removeSync(`${directory}/${name}`);
        const before = contents(directory);
        await assert.rejects(
          run(directory, backend, { resume: RESUME }),
          new RegExp(
            `^UserError: Cannot resume ".*": "${name}" is missing and "[a-z]+\\.csv" is there\\. Restore the file`,
          ),
        );
        assert.deepEqual(contents(directory), before);
        Deno.writeTextFileSync(`${directory}/${name}`, text);
      }
    }),
);

cpuTest(
  "runPlan() reports that a run was begun on another machine",
  (backend) =>
    withFolder(async (directory) => {
      await run(directory, backend);
      edit(`${directory}/environment.json`, (text) => text.replace(/"cpu": ".*"/, '"cpu": "Another CPU"'));
      assert.match(
        await run(directory, backend, { resume: RESUME }),
        /^"\S+" was begun on another machine: its cpu is "Another CPU", and is ".*" here\. The speeds .* can't be compared\.$/m,
      );
    }),
);

cpuTest(
  "runPlan() reports that the program's commit is not known",
  (backend) =>
    withFolder(async (directory) => {
      const before = Deno.env.get(COMMIT_VARIABLE);
      Deno.env.set(COMMIT_VARIABLE, "unknown");
      try {
        assert.match(await run(directory, backend), /^Note: The commit of these results is "unknown"/);
        assert.match(await run(directory, backend, { resume: RESUME }), /^The program's commit is not known: /m);
      } finally {
        if (before === undefined) Deno.env.delete(COMMIT_VARIABLE);
        else Deno.env.set(COMMIT_VARIABLE, before);
      }
    }),
);

cpuTest(
  "runPlan() refuses to resume a folder without a run, and creates none",
  (backend) =>
    withFolder(async (folder) => {
      await assert.rejects(run(`${folder}/nothing`, backend, { resume: RESUME }), UserError);
      assert.deepEqual(contents(folder), {});
    }),
);

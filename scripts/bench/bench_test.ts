import assert from "node:assert/strict";
import { MNIST_FILES } from "../../data/files/mnist.ts";
import { writeSmallFiles } from "../../data/testing.ts";
import { isTimedToTheEnd } from "../../engine/timing/gpu/benchmark.ts";
import { readRun } from "../../results/folder/store.ts";
import { TABLES } from "../../results/rows/list.ts";
import { createTable, readTable } from "../../results/rows/table.ts";
import { fakeGpuTiming } from "../../results/testing.ts";
import { GPU_TIMING } from "../../suites/gpu_timing.ts";
import { LENET300 } from "../../suites/lenet300.ts";
import { MAIN_SUITES } from "../../suites/list.ts";
import { runTask, task, textOf, withProjectFolder } from "../command/testing.ts";

const REAL_DATA = Deno.env.get("LENET_BENCH_DATA");
/** One small network: what is tested here is the command line. */
const SMALL = ["lenet300", "--profile", "smoke", "--filter", "fc-784-10.modern"];

const bench = (...args: string[]) => runTask("bench", ...args);

Deno.test("bench without a suite runs the main suites; Ctrl-C reports on what has finished, and --resume runs the rest", () =>
  withProjectFolder(async (folder) => {
    const all = `${folder}/all`;
    const out = `${all}/lenet300`;
    const finished = await interruptedMainSuites(all);
    // As if it had been interrupted there too.
    createTable(TABLES.gpuTimings, `${all}/gpu_timing`).append(fakeGpuTiming({ rounds: [1] }));

    const { code, stdout, stderr } = await bench("--resume", all, "--profile", "smoke", "--timings");
    assert.equal(code, 0, stderr);
    assert.deepEqual(stdout.match(/^\w+(?=( +-?\d+\.\d){9}$)/gm), [...MAIN_SUITES, "all"], "a row of times each");
    assert.ok((await Deno.readTextFile(`${out}/trials.csv`)).startsWith(finished), "no trial is run again");
    assert.match(
      stdout,
      /^Timed again from the beginning; what was timed before is in .*gpu_timings\.csv\.interrupted$/m,
    );
    assert.ok(isTimedToTheEnd(readTable(TABLES.gpuTimings, `${all}/gpu_timing`).rows, GPU_TIMING.profiles.smoke));
    const page = await Deno.readTextFile(`${all}/report.md`);
    for (const id of MAIN_SUITES) {
      assert.ok(page.includes(`(${id}/report.md)`), id);
      assert.match(await Deno.readTextFile(`${all}/${id}/report.md`), /^# /);
    }

    const { environment, variants, trials, epochs, errors } = readRun(out);
    assert.equal(environment.dataset, "synthetic");
    assert.match(environment.command, /^deno task bench lenet300 --profile smoke .*--dataset synthetic/);
    assert.deepEqual(trials.map(({ variant }) => variant), LENET300.variants.map(({ id }) => id));
    assert.equal(variants.length, trials.length);
    for (const trial of trials) {
      assert.equal(trial.status, "done", trial.reason);
      assert.equal(trial.backend, "webgpu");
      assert.equal(trial.kernels, "tuned");
      assert.equal(epochs.filter((epoch) => epoch.trial === trial.trial).length, trial.epochs);
      assert.equal(errors.filter((error) => error.trial === trial.trial).length, trial.test_errors);
      assert.match(trial.weights_sha256, /^[0-9a-f]{64}$/);
    }
    const report = await Deno.readTextFile(`${out}/report.md`);
    assert.ok(report.includes("471,666"), "the exact parameter count of a convolutional net");
    assert.ok(report.includes("not comparable"), "drawn digits are not compared with MNIST's rates");

    for (const args of [[...SMALL, "--out", out], ["--profile", "smoke", "--out", all]]) {
      const again = await bench(...args);
      assert.equal(again.code, 1);
      assert.match(again.stderr, /^Error: .*--out/m, "a folder of a run is not overwritten");
    }
  }));

/** Starts the main suites and stops them with Ctrl-C in the first; returns the text of its finished trials. */
async function interruptedMainSuites(all: string): Promise<string> {
  const out = `${all}/lenet300`;
  const child = task("bench", "--profile", "smoke", "--out", all).spawn();
  while ((await finishedTrials(out)) < 2) await new Promise((resolve) => setTimeout(resolve, 50));
  child.kill("SIGINT");
  const { code, stdout } = await textOf(child.output());
  assert.equal(code, 130);
  assert.match(stdout, /^Resume with: deno task bench --resume .*\/all$/m);
  assert.match(stdout, /Report on all: .*\/all\/report\.md/);
  const page = await Deno.readTextFile(`${all}/report.md`);
  assert.ok(page.includes("(lenet300/report.md)") && !page.includes("augmentation"));
  return await Deno.readTextFile(`${out}/trials.csv`);
}

Deno.test("bench --backend cpu runs on the cpu backend, and its rows say so", () =>
  withProjectFolder(async (folder) => {
    const { code, stderr } = await bench(...SMALL, "--backend", "cpu", "--out", `${folder}/run`);
    assert.equal(code, 0, stderr);
    const [trial] = readRun(`${folder}/run`).trials;
    assert.deepEqual([trial?.backend, trial?.adapter_kind, trial?.kernels], ["cpu", "none", "stock"]);
  }));

Deno.test("bench trains the same weights in two processes", () =>
  withProjectFolder(async (folder) => {
    const hashes = [];
    for (const run of ["a", "b"]) {
      assert.equal(
        (await bench("lenet300", "-p", "smoke", "-f", "lenet1.modern", "--out", `${folder}/${run}`)).code,
        0,
      );
      hashes.push(readRun(`${folder}/${run}`).trials[0]?.weights_sha256);
    }
    assert.equal(hashes[0], hashes[1]);
  }));

/** Starts a run of many short trials and waits until two have finished. */
async function startLongRun(out: string): Promise<Deno.ChildProcess> {
  const child = task("bench", ...SMALL, "--seeds", "500", "--out", out).spawn();
  while ((await finishedTrials(out)) < 2) await new Promise((resolve) => setTimeout(resolve, 50));
  return child;
}

async function finishedTrials(out: string): Promise<number> {
  try {
    return (await Deno.readTextFile(`${out}/trials.csv`)).split("\n").length - 2;
  } catch {
    return 0;
  }
}

Deno.test("bench leaves every finished trial readable when it is killed within one", () =>
  withProjectFolder(async (folder) => {
    const child = await startLongRun(`${folder}/run`);
    child.kill("SIGKILL");
    await child.output();
    const { trials, errors } = readRun(`${folder}/run`);
    assert.ok(trials.length >= 2);
    for (const { trial, test_errors } of trials) {
      assert.equal(errors.filter((error) => error.trial === trial).length, test_errors);
    }
  }));

Deno.test("bench keeps the finished trials after Ctrl-C, reports on them, and exits with 130", () =>
  withProjectFolder(async (folder) => {
    const child = await startLongRun(`${folder}/run`);
    child.kill("SIGINT");
    const { code, stdout } = await child.output();
    assert.equal(code, 130);
    assert.match(new TextDecoder().decode(stdout), /Interrupted; in .*: \d+ finished trials/);
    assert.ok(readRun(`${folder}/run`).trials.length >= 2);
    assert.match(await Deno.readTextFile(`${folder}/run/report.md`), /^# /);
  }));

Deno.test("bench refuses bad data in one sentence, with status 1", () =>
  withProjectFolder(async (folder) => {
    const missing = await bench(...SMALL, "--dataset", "mnist", "--data-dir", `${folder}/nowhere`);
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /^Error: Cannot find "train-images-idx3-ubyte"/);
    assert.equal(missing.stderr.trim().split("\n").length, 1);

    await writeSmallFiles(`${folder}/mnist`);
    const other = await bench(...SMALL, "--dataset", "mnist", "--data-dir", folder);
    assert.equal(other.code, 1);
    assert.match(
      other.stderr,
      /^Error: Cannot use ".*mnist" as MNIST: none of its four files has the published SHA-256/,
    );

    const images = `${folder}/mnist/${MNIST_FILES[0].name}`;
    await Deno.truncate(images, 1000);
    const truncated = await bench(...SMALL, "--dataset", "auto", "--data-dir", folder);
    assert.equal(truncated.code, 1);
    assert.match(truncated.stderr, /^Error: .*train-images-idx3-ubyte/);
  }));

Deno.test("bench draws images for a suite in colour, and names the remedy if CIFAR-10 is needed", () =>
  withProjectFolder(async (folder) => {
    const arms = ["activation_cifar10", "--filter", "relu.0.03"];
    const { code, stderr } = await bench(...arms, "--profile", "smoke", "--out", `${folder}/run`);
    assert.equal(code, 0, stderr);
    const { environment, trials } = readRun(`${folder}/run`);
    assert.equal(environment.dataset, "synthetic-colour");
    assert.match(environment.command, /--dataset synthetic /);
    assert.deepEqual(trials.map(({ status, fallback_kernels }) => [status, fallback_kernels]), [["done", ""]]);

    const nowhere = await bench(...arms, "--profile", "quick");
    assert.equal(nowhere.code, 1);
    assert.match(nowhere.stderr, /^Error: No data directory .* CIFAR-10 is not downloaded: name a folder/);
    const digits = await bench(...arms, "--dataset", "mnist");
    assert.equal(digits.code, 1);
    assert.match(digits.stderr, /^Error: Cannot use "mnist" to train on colour images/);
  }));

Deno.test({
  name: "bench recognises MNIST, and a flipped bit in it",
  ignore: REAL_DATA === undefined,
  fn: () =>
    withProjectFolder(async (folder) => {
      const run = `${folder}/run`;
      const { code, stderr } = await bench(...SMALL, "--dataset", "mnist", "--data-dir", REAL_DATA!, "--out", run);
      assert.equal(code, 0, stderr);
      assert.equal(readRun(run).environment.dataset, "mnist");

      await Deno.mkdir(`${folder}/mnist`);
      for await (const { name } of Deno.readDir(`${REAL_DATA}/mnist`)) {
        const bytes = await Deno.readFile(`${REAL_DATA}/mnist/${name}`);
        if (name.startsWith("t10k-images")) bytes[bytes.length >> 1]! ^= 1;
        await Deno.writeFile(`${folder}/mnist/${name}`, bytes);
      }
      const flipped = await bench(...SMALL, "--data-dir", folder);
      assert.equal(flipped.code, 1);
      assert.match(flipped.stderr, /^Error: Cannot read .*t10k-images/);
    }),
});

Deno.test("bench explains its options, lists the suites, and refuses wrong options", async () => {
  const help = await bench("--help");
  assert.equal(help.code, 0);
  for (const name of ["--profile", "--seeds", "--epochs", "--filter", "--list", "--dry-run", "--out", "--data-dir"]) {
    assert.ok(help.stdout.includes(name), name);
  }
  const list = await bench("lenet300", "--list");
  assert.match(
    list.stdout,
    /^augmentation \(smoke about \d.*, quick about \d.*, paper about \d.*\): Which distortions/m,
  );
  for (const { id } of LENET300.variants) assert.ok(list.stdout.includes(id), id);
  assert.match(list.stdout, /^kernels \(.*\): How much faster/m);

  const unknown = await bench("nothing");
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /"lenet300".*"nothing"/);
  const contradiction = await bench("lenet300", "--dataset", "synthetic", "--data-dir", "anywhere");
  assert.equal(contradiction.code, 1);
  assert.match(contradiction.stderr, /^Error: --dataset synthetic draws its digits and reads no --data-dir "anywhere"/);
  const ofOne = await bench("--seeds", "2");
  assert.equal(ofOne.code, 1);
  assert.match(ofOne.stderr, /^Error: --seeds is for one suite\. Name one first/);
  const ignored = await bench("--list", "--epochs", "2");
  assert.match(ignored.stderr, /^Error: --list only lists the suites, and --epochs changes nothing about that/);
  const nobody = await bench("lenet300", "-p", "smoke", "--filter", "nobody");
  assert.equal(nobody.code, 1);
  assert.match(
    nobody.stderr,
    /^Error: No variant of suite "lenet300" matches --filter "nobody"\. There are: fc-784-10/,
  );
});

Deno.test("bench --dry-run trains nothing and estimates the time", () =>
  withProjectFolder(async (folder) => {
    const { code, stdout } = await bench(...SMALL, "--dry-run", "--out", `${folder}/run`);
    assert.equal(code, 0);
    assert.match(stdout, /1 trial: about /);
    const early = await bench("regularisation", "-p", "smoke", "-f", "784-300-100-10.early-stopping", "--dry-run");
    assert.match(early.stdout, /1 trial: about /, early.stderr);
    assert.equal(await finishedTrials(`${folder}/run`), 0);
  }));

Deno.test("doctor --json reports a working adapter", async () => {
  const { code, stdout } = await task("doctor", "--json").output();
  const { findings, adapter } = JSON.parse(new TextDecoder().decode(stdout));
  assert.equal(code, 0);
  assert.equal(findings.find(({ what }: { what: string }) => what === "self-test, tuned kernels").status, "ok");
  const sharing = findings.find(({ what }: { what: string }) => what === "tuned kernels");
  assert.match(sharing.detail, /^(\d+ threads share what they load|each thread loads for itself: .+)$/);
  assert.ok(adapter.limits.maxStorageBufferBindingSize > 0);
});

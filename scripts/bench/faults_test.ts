/** Every fault here is really injected into processes of the command line. */
import assert from "node:assert/strict";
import { stream } from "../../base/random.ts";
import { decodeCheckpoint } from "../../engine/running/resume/checkpoint.ts";
import { readRun, type Run } from "../../results/folder/store.ts";
import {
  canMount,
  faultyTask,
  runTask,
  task,
  textOf,
  waitFor,
  withDisk,
  withProjectFolder,
} from "../command/testing.ts";

const SMALL = ["lenet300", "--profile", "smoke", "--filter", "fc-784-10.modern", "--backend"];
/** Trials of some hundredths of a second, on the cpu backend, which starts sooner. */
const SHORT = [...SMALL, "cpu"];
const EPOCHS = "80";
/** One trial of some seconds. */
const LONG = [...SHORT, "--epochs"];
const SAVING = ["--checkpoint-seconds", "0"];

const bench = (...args: string[]) => runTask("bench", ...args);

/** All of a run's rows, except times. */
function withoutTimes({ trials, epochs, errors }: Run) {
  return {
    trials: trials.map(
      (
        {
          finished: _1,
          train_seconds: _2,
          first_step_seconds: _3,
          evaluate_seconds: _4,
          images_per_second: _5,
          compile_seconds: _6,
          ...row
        },
      ) => row,
    ),
    epochs: epochs.map(({ seconds: _, ...row }) => row),
    errors,
  };
}

function trialsIn(run: string): number {
  try {
    return Deno.readTextFileSync(`${run}/trials.csv`).split("\n").length - 2;
  } catch {
    return 0;
  }
}

/** The last saved epoch of the current trial; 0 without a checkpoint. */
function savedEpoch(run: string): number {
  try {
    return decodeCheckpoint(Deno.readFileSync(`${run}/checkpoint.bin`))?.epochs.length ?? 0;
  } catch {
    return 0;
  }
}

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));

function signal(child: Deno.ChildProcess, name: Deno.Signal): void {
  try {
    child.kill(name);
  } catch {
    // It has already exited.
  }
}

async function kill(child: Deno.ChildProcess) {
  signal(child, "SIGKILL");
  return await textOf(child.output());
}

for (const [backend, kills] of [["webgpu", 4], ["cpu", 8]] as const) {
  Deno.test(`bench leaves the bytes of an undisturbed run when it is killed and resumed ${kills} times (${backend})`, () =>
    withProjectFolder(async (folder) => {
      const long = [...SMALL, backend, "--epochs", EPOCHS];
      const [whole, run] = [`${folder}/whole`, `${folder}/run`];
      assert.equal((await bench(...long, "--out", whole)).code, 0);
      const expected = readRun(whole);
      const epochSeconds = expected.trials[0]!.train_seconds! / Number(EPOCHS);
      const random = stream(1, "kills");

      let resumed = 0;
      for (let round = 0; round < kills; round++) {
        const saved = savedEpoch(run);
        const args = round === 0 ? [...long, "--out", run] : ["--resume", run];
        const child = task("bench", ...args, ...SAVING).spawn();
        // One in three is killed at any moment of its start, the others in mid-trial.
        if (round % 3 === 2) await pause(random.uniform());
        else {
          await waitFor(() => savedEpoch(run) > saved, child);
          await pause(2 * epochSeconds * random.uniform());
        }
        const { stderr } = await kill(child);
        assert.equal(trialsIn(run), 0, `finished before kill ${round + 1}`);
        const epoch = /resuming with ".*" after its epoch (\d+)\./.exec(stderr)?.[1];
        if (epoch !== undefined) {
          assert.equal(Number(epoch), saved);
          resumed++;
        }
      }
      assert.ok(resumed >= kills / 2, `only ${resumed} of ${kills} resumed from a checkpoint`);
      const last = await bench("--resume", run);
      assert.equal(last.code, 0, last.stderr);
      assert.match(last.stderr, /Took over the lock/);
      assert.deepEqual(withoutTimes(readRun(run)), withoutTimes(expected));
      assert.deepEqual(
        [...Deno.readDirSync(run)].map(({ name }) => name).toSorted(),
        [...Deno.readDirSync(whole)].map(({ name }) => name).toSorted(),
      );
    }));
}

Deno.test("bench names the command to resume on Ctrl-C, exits at once on a second one, and keeps what has finished", () =>
  withProjectFolder(async (folder) => {
    const run = `${folder}/run`;
    const child = task("bench", ...SHORT, "--seeds", "500", "--out", run).spawn();
    await waitFor(() => trialsIn(run) >= 2, child);
    child.kill("SIGINT");
    const { code, stdout } = await textOf(child.output());
    assert.equal(code, 130);
    assert.ok(stdout.includes(`Resume with: deno task bench --resume ${run}`), stdout);
    const finished = trialsIn(run);

    const again = task("bench", "--resume", run).spawn();
    await waitFor(() => trialsIn(run) >= finished + 2, again);
    signal(again, "SIGINT");
    // Sooner, it would be taken for the same one, which launcher and terminal both pass on.
    await pause(0.3);
    signal(again, "SIGINT");
    assert.equal((await textOf(again.output())).code, 130);
    const { trials, errors } = readRun(run);
    assert.ok(trials.length >= finished + 2);
    for (const { trial, test_errors } of trials) {
      assert.equal(errors.filter((error) => error.trial === trial).length, test_errors);
    }
  }));

Deno.test("interruptSignal() exits on the second Ctrl-C if the first one did not stop the process", () =>
  withProjectFolder(async (folder) => {
    const cli = new URL("../command/cli.ts", import.meta.url).href;
    await Deno.writeTextFile(
      `${folder}/stubborn.ts`,
      `import { interruptSignal } from "${cli}";
      interruptSignal(() => console.log("first"));
      console.log("ready");
      setInterval(() => {}, 1000);`,
    );
    const child = new Deno.Command(Deno.execPath(), { args: ["run", "-A", `${folder}/stubborn.ts`], stdout: "piped" })
      .spawn();
    const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    assert.match((await lines.read()).value!, /ready/);
    child.kill("SIGINT");
    assert.match((await lines.read()).value!, /first/);
    await pause(0.3);
    child.kill("SIGINT");
    assert.equal((await child.status).code, 130);
    await lines.cancel();
  }));

Deno.test("bench refuses a folder that another process writes to, with its number and age, and disturbs nothing", () =>
  withProjectFolder(async (folder) => {
    const run = `${folder}/run`;
    const first = task("bench", ...SHORT, "--seeds", "500", "--out", run).spawn();
    await waitFor(() => trialsIn(run) >= 1, first);
    for (const args of [[...SHORT, "--out", run], ["--resume", run]]) {
      const { code, stderr } = await bench(...args);
      assert.equal(code, 1);
      const [, error] = stderr.trim().split("\n");
      assert.ok(error!.startsWith(`Error: Cannot write to "${run}": process ${first.pid} `), stderr);
      assert.match(error!, /\(started \d+ s ago\) is writing to it\./);
    }
    const before = trialsIn(run);
    await waitFor(() => trialsIn(run) > before, first);
    await kill(first);
    const finished = trialsIn(run);
    const next = task("bench", "--resume", run).spawn();
    await waitFor(() => trialsIn(run) > finished, next);
    next.kill("SIGINT");
    const { stderr } = await textOf(next.output());
    assert.ok(stderr.includes(`Took over the lock of "${run}" from process ${first.pid} `), stderr);
  }));

Deno.test("bench --resume repairs and reports files that were cut off, with the same result", () =>
  withProjectFolder(async (folder) => {
    const run = `${folder}/run`;
    assert.equal((await bench(...SHORT, "--seeds", "3", "--out", run)).code, 0);
    const whole = withoutTimes(readRun(run));
    const last = whole.trials.at(-1)!.trial;
    const cut = (name: string, bytes: number) => {
      const path = `${run}/${name}`;
      Deno.truncateSync(path, Deno.statSync(path).size - bytes);
    };
    const resumed = async () => {
      const { code, stderr } = await bench("--resume", run);
      assert.equal(code, 0, stderr);
      assert.ok(stderr.includes(`2 of 3 trials are finished in "${run}"; resuming with "${last}".`), stderr);
      assert.deepEqual(withoutTimes(readRun(run)), whole);
      return stderr;
    };

    cut("trials.csv", 30);
    const trials = await resumed();
    assert.ok(trials.includes(`The last line of "${run}/trials.csv" was cut off in the middle`), trials);
    assert.ok(trials.includes(`Trial "${last}" was interrupted`), trials);

    cut("errors.csv", 5);
    const errors = await resumed();
    assert.ok(errors.includes(`The last line of "${run}/errors.csv" was cut off in the middle`), errors);
    assert.ok(errors.includes(`Trial "${last}" lacks some of its rows`), errors);

    // Between two lines, which the file alone does not show.
    const lines = (await Deno.readTextFile(`${run}/errors.csv`)).split("\n");
    cut("errors.csv", lines.at(-2)!.length + 1);
    assert.ok((await resumed()).includes(`Trial "${last}" lacks some of its rows`));
  }));

Deno.test("bench --resume continues a run that was killed when it had only written its environment", () =>
  withProjectFolder(async (folder) => {
    const run = `${folder}/run`;
    assert.equal((await bench(...SHORT, "--seeds", "2", "--out", run)).code, 0);
    const whole = withoutTimes(readRun(run));
    for (const { name } of [...Deno.readDirSync(run)]) {
      if (name !== "environment.json") await Deno.remove(`${run}/${name}`, { recursive: true });
    }
    const { code, stderr } = await bench("--resume", run);
    assert.equal(code, 0, stderr);
    assert.deepEqual(withoutTimes(readRun(run)), whole);
  }));

Deno.test("bench --resume reports a checkpoint that is cut off, and starts its trial again", () =>
  withProjectFolder(async (folder) => {
    const run = `${folder}/run`;
    const child = task("bench", ...LONG, "80", ...SAVING, "--out", run).spawn();
    await waitFor(() => savedEpoch(run) > 1, child);
    await kill(child);
    const path = `${run}/checkpoint.bin`;
    Deno.truncateSync(path, Deno.statSync(path).size - 1);
    const { code, stderr } = await bench("--resume", run);
    assert.equal(code, 0, stderr);
    assert.ok(stderr.includes(`"${path}" is damaged or cut off, and is not used`), stderr);
    assert.match(stderr, /resuming with "lenet300\/fc-784-10\.modern\/1"\.$/m);
    assert.equal(readRun(run).epochs.length, 80);
  }));

Deno.test("bench loses nothing when the clock is set back during a run", () =>
  withProjectFolder(async (folder) => {
    const run = `${folder}/run`;
    const script = `${folder}/clock.js`;
    // The start of the lock and of the run, then the end of each trial: from the third trial on, an hour earlier.
    await Deno.writeTextFile(
      script,
      `const { now } = Date;
      let asked = 0;
      globalThis.Date = class extends Date {
        constructor(...args) {
          if (args.length > 0) super(...args);
          else super(now() - (asked++ >= 4 ? 3_600_000 : 0));
        }
        static now() {
          return now() - (asked >= 4 ? 3_600_000 : 0);
        }
      };`,
    );
    const { code, stderr } = await textOf(
      faultyTask({ preload: script }, "bench", ...SHORT, "--seeds", "5", "--out", run).output(),
    );
    assert.equal(code, 0, stderr);
    const { environment, trials } = readRun(run);
    assert.equal(trials.length, 5);
    assert.ok(trials.at(-1)!.finished < environment.started, "the clock was not set back");
    assert.equal((await bench("--resume", run)).code, 0);
  }));

const ignore = !await canMount();

Deno.test({
  name: "bench keeps every earlier trial when the disk fills up at a trial's rows (needs mount)",
  ignore,
  fn: () =>
    withProjectFolder((folder) =>
      withDisk({ folder: `${folder}/disk`, size: "1m" }, async (disk) => {
        const run = `${disk.folder}/run`;
        const child = task("bench", ...SHORT, "--seeds", "30", "--out", run).spawn();
        await waitFor(() => trialsIn(run) >= 2, child);
        await fillDiskOf(child, `${disk.folder}/filler`);
        const { code, stderr } = await textOf(child.output());
        assert.equal(code, 1);
        assert.match(stderr, /^Error: Cannot record trial ".*": No space left .* continue with --resume\.$/m);
        const before = readRun(run);
        assert.ok(before.trials.length >= 2 && before.trials.length < 30);
        assert.deepEqual(before.notices, []);

        await Deno.remove(`${disk.folder}/filler`);
        const resumed = await bench("--resume", run);
        assert.equal(resumed.code, 0, resumed.stderr);
        const { trials } = readRun(run);
        assert.equal(trials.length, 30);
        assert.deepEqual(trials.slice(0, before.trials.length), before.trials);
      })
    ),
});

Deno.test({
  name: "bench keeps training when the disk fills up at a checkpoint, and says so once (needs mount)",
  ignore,
  fn: () =>
    withProjectFolder((folder) =>
      withDisk({ folder: `${folder}/disk`, size: "1m" }, async (disk) => {
        const run = `${disk.folder}/run`;
        const child = task("bench", ...LONG, EPOCHS, ...SAVING, "--out", run).spawn();
        await waitFor(() => savedEpoch(run) > 1, child);
        await fillDiskOf(child, `${disk.folder}/filler`);
        const saved = savedEpoch(run);
        let stderr = "";
        for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
          stderr += text;
          // Room for the rows again, once a later epoch could not be saved.
          if (/Cannot save the current trial/.test(stderr)) await Deno.remove(`${disk.folder}/filler`).catch(() => {});
        }
        assert.equal((await child.status).code, 0, stderr);
        await child.stdout.cancel();
        assert.ok(saved < Number(EPOCHS) - 1);
        assert.equal(stderr.split("Cannot save the current trial").length, 2, stderr);
        assert.match(stderr, /No space left .* Training continues/);
        assert.deepEqual(readRun(run).trials.map(({ status }) => status), ["done"]);
      })
    ),
});

Deno.test({
  name: "bench reports a read-only folder in one sentence (needs mount)",
  ignore,
  fn: () =>
    withProjectFolder((folder) =>
      withDisk({ folder: `${folder}/disk`, size: "1m" }, async (disk) => {
        assert.equal((await bench(...SHORT, "--out", `${disk.folder}/run`)).code, 0);
        await disk.makeReadOnly();
        for (const args of [[...SHORT, "--out", `${disk.folder}/other`], ["--resume", `${disk.folder}/run`]]) {
          const { code, stderr } = await bench(...args);
          assert.equal(code, 1);
          const [, ...error] = stderr.trim().split("\n");
          assert.match(error.join("\n"), /^Error: Cannot write to ".*": Read-only file system .*\.$/);
        }
      })
    ),
});

/** Fills the disk to the last byte while `child` is stopped. */
async function fillDiskOf(child: Deno.ChildProcess, path: string): Promise<void> {
  child.kill("SIGSTOP");
  using file = await Deno.open(path, { write: true, create: true });
  for (const size of [4096, 1]) {
    try {
      while (true) file.writeSync(new Uint8Array(size));
    } catch {
      // Full.
    }
  }
  child.kill("SIGCONT");
}

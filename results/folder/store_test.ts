import assert from "node:assert/strict";
import { join } from "node:path";
import { encodeRows } from "../../base/csv/csv.ts";
import { UserError } from "../../base/errors.ts";
import { withFolder } from "../../base/testing.ts";
import { epochRow } from "../rows/epochs.ts";
import { errorRow } from "../rows/errors.ts";
import { trialRow } from "../rows/trials.ts";
import { fakeRun } from "../testing.ts";
import { repairRun } from "./reopen.ts";
import { createRun, readRun, readRunToContinue, type Run, type RunStore, type TrialResult } from "./store.ts";

const RUN = fakeRun({ arms: [{ testErrors: [3, null, 4] }] });
const [FIRST, SECOND, THIRD] = RUN.trials.map((trial): TrialResult => ({
  trial,
  epochs: RUN.epochs.filter((row) => row.trial === trial.trial),
  errors: RUN.errors.filter((row) => row.trial === trial.trial),
  sweeps: RUN.sweeps.filter((row) => row.trial === trial.trial),
  gradients: RUN.gradients.filter((row) => row.trial === trial.trial),
})) as [TrialResult, TrialResult, TrialResult];

const FILES = [
  "environment.json",
  "variants.csv",
  "trials.csv",
  "epochs.csv",
  "errors.csv",
  "sweeps.csv",
  "gradients.csv",
  "samples.csv",
];

/** Runs `check` with the name of a folder that does not exist yet. */
function inFolder(check: (folder: string) => void): Promise<void> {
  return withFolder((parent) => check(join(parent, "run")));
}

function start(folder: string, ...results: readonly TrialResult[]): RunStore {
  const store = createRun(folder, RUN);
  for (const result of results) store.append(result);
  return store;
}

function contents(folder: string): Record<string, string> {
  return Object.fromEntries(FILES.map((name) => [name, Deno.readTextFileSync(join(folder, name))]));
}

function assertOnlyFirstTrial(run: Run): void {
  assert.deepEqual(run.trials, [FIRST.trial]);
  assert.deepEqual(run.epochs, FIRST.epochs);
  assert.deepEqual(run.errors, FIRST.errors);
}

/** Calls `action` while the file system takes `room` bytes more, of the write that does not fit only the first part. */
function onFullDisk(room: number, action: () => void): void {
  const write = Deno.FsFile.prototype.writeSync;
  Deno.FsFile.prototype.writeSync = function (bytes) {
    if (room === 0) throw new Error("No space left on device (os error 28)");
    const written = write.call(this, bytes.subarray(0, room));
    room -= written;
    return written;
  };
  try {
    action();
  } finally {
    Deno.FsFile.prototype.writeSync = write;
  }
}

Deno.test("readRun() reads a run as it was written", async () => {
  await inFolder((folder) => {
    start(folder, FIRST, SECOND, THIRD);
    assert.deepEqual(readRun(folder), RUN);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), FILES.toSorted());
  });
});

Deno.test("readRun() reads a run without a finished trial", async () => {
  await inFolder((folder) => {
    start(folder);
    assert.deepEqual(readRun(folder), { ...RUN, trials: [], epochs: [], errors: [], sweeps: [], gradients: [] });
  });
});

Deno.test("createRun() refuses a folder with a run or any file of its names, and leaves it alone", async () => {
  await inFolder((folder) => {
    start(folder, FIRST);
    const before = contents(folder);
    assert.throws(() => createRun(folder, RUN), /already holds "environment\.json".*--out/);
    assert.deepEqual(contents(folder), before);
  });
  await inFolder((folder) => {
    Deno.mkdirSync(folder);
    Deno.writeTextFileSync(join(folder, "errors.csv"), "mine");
    assert.throws(() => createRun(folder, RUN), /already holds "errors\.csv"/);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["errors.csv"]);
  });
});

Deno.test("createRun() throws a UserError if the folder can't be created", async () => {
  await inFolder((folder) => {
    Deno.writeTextFileSync(folder, "a file");
    assert.throws(() => createRun(join(folder, "below"), RUN), UserError);
  });
});

Deno.test({
  name: "createRun() throws a UserError with the reason if it may neither write nor clean up",
  permissions: { read: true, write: false },
  fn: () =>
    assert.throws(() => createRun("not-there", RUN), {
      name: "UserError",
      message: /^Cannot start a run in "not-there": Requires write access/,
    }),
});

Deno.test("append() refuses to record a trial twice", async () => {
  await inFolder((folder) => {
    const store = start(folder, FIRST);
    assert.throws(() => store.append(FIRST), (error) => error instanceof UserError && /twice/.test(error.message));
    assertOnlyFirstTrial(readRun(folder));
  });
});

Deno.test("append() keeps the earlier trials if it is killed at any byte", async () => {
  // The order of appending, which the next loop repeats byte by byte.
  const pieces = [
    ["epochs.csv", encodeRows(epochRow, THIRD.epochs)],
    ["errors.csv", encodeRows(errorRow, THIRD.errors)],
    ["trials.csv", encodeRows(trialRow, [THIRD.trial])],
  ] as const;
  const total = pieces.reduce((sum, [, text]) => sum + text.length, 0);
  await inFolder((folder) => {
    start(folder, FIRST);
    const before = contents(folder);
    for (let killedAt = 1; killedAt < total; killedAt += 13) {
      let left = killedAt;
      for (const [name, text] of pieces) {
        Deno.writeTextFileSync(join(folder, name), before[name] + text.slice(0, left));
        left = Math.max(0, left - text.length);
      }
      const run = readRunToContinue(folder);
      assertOnlyFirstTrial(run);
      assert.ok(run.notices.length > 0, `no notice at byte ${killedAt}`);
    }
  });
});

Deno.test("readRun() reads files without a line break at their end as they are; to continue, their last trial is left out", async () => {
  await inFolder((folder) => {
    start(folder, FIRST, THIRD);
    const whole = readRun(folder);
    for (const [name, text] of Object.entries(contents(folder))) {
      if (name.endsWith(".csv")) Deno.writeTextFileSync(join(folder, name), text.trimEnd());
    }
    const { notices, ...read } = readRun(folder);
    assert.deepEqual({ ...read, notices: [] }, whole);
    assert.ok(notices.every((notice) => notice.endsWith("has all its cells, but no line break: it counts as whole.")));
    assertOnlyFirstTrial(readRunToContinue(folder));
  });
});

Deno.test("readRun() reads files as spreadsheets and editors save them, and repairRun() makes them ours again", async () => {
  await inFolder((folder) => {
    start(folder, FIRST, SECOND, THIRD);
    const before = contents(folder);
    for (const [name, text] of Object.entries(before)) {
      const [header, ...rows] = text.split("\n");
      const saved = name.endsWith(".csv") ? [header, "", ...rows, ",,,", ""] : [header, ...rows];
      Deno.writeTextFileSync(join(folder, name), `\uFEFF${saved.join("\r\n")}`);
    }
    assert.deepEqual(readRun(folder), RUN);
    const run = readRunToContinue(folder);
    assert.deepEqual(run, RUN);
    repairRun(folder, { run, objection: () => undefined });
    for (const name of ["trials.csv", "epochs.csv", "errors.csv"]) {
      assert.equal(Deno.readTextFileSync(join(folder, name)), before[name]);
    }
  });
});

Deno.test("readRun() names a file in another encoding", async () => {
  await inFolder((folder) => {
    start(folder, FIRST);
    Deno.writeFileSync(join(folder, "errors.csv"), new Uint8Array([0xff, 0xfe, 0x73, 0]));
    assert.throws(() => readRun(folder), {
      name: "UserError",
      message: /errors\.csv": line 1 is UTF-16, not UTF-8 text/,
    });
  });
});

Deno.test("readRunToContinue() leaves out a last row without a line break, in any table", async () => {
  for (const table of ["trials", "epochs", "errors"] as const) {
    await inFolder((folder) => {
      start(folder, FIRST, THIRD);
      const whole = readRun(folder)[table];
      const path = join(folder, `${table}.csv`);
      // All cells are there, but the last may be half of what it was.
      Deno.truncateSync(path, Deno.statSync(path).size - 1);
      assert.deepEqual(readRunToContinue(folder)[table], whole.slice(0, -1));
      assert.deepEqual(readRun(folder)[table], whole);
    });
  }
});

Deno.test("append() leaves every file alone on a full disk, and takes the trial when there is room again", async () => {
  const size = encodeRows(epochRow, THIRD.epochs).length + encodeRows(errorRow, THIRD.errors).length;
  await inFolder((folder) => {
    const store = start(folder, FIRST);
    const before = contents(folder);
    for (const room of [0, 10, size - 5, size, size + 20]) {
      onFullDisk(
        room,
        () =>
          assert.throws(
            () => store.append(THIRD),
            (error) =>
              error instanceof UserError && /No space left/.test(error.message) &&
              error.message.includes(THIRD.trial.trial),
          ),
      );
      assert.deepEqual(contents(folder), before);
    }
    store.append(THIRD);
    assert.deepEqual(readRun(folder).trials, [FIRST.trial, THIRD.trial]);
  });
});

Deno.test("createRun() leaves nothing in the way of the next attempt on a full disk", async () => {
  await inFolder((folder) => {
    for (const room of [0, 100, 1000]) {
      onFullDisk(room, () => assert.throws(() => createRun(folder, RUN), /No space left/));
      assert.deepEqual([...Deno.readDirSync(folder)], []);
    }
    start(folder, FIRST);
    assertOnlyFirstTrial(readRun(folder));
  });
});

Deno.test("readRun() says what is missing or wrong", async () => {
  const assertRefused = (folder: string, pattern: RegExp) =>
    assert.throws(() => readRun(folder), (error) => {
      assert.ok(error instanceof UserError, String(error));
      assert.match(error.message, pattern);
      return true;
    });
  await inFolder((folder) => {
    assertRefused(folder, /there is no such folder/);
    start(folder, FIRST);
    const put = (name: string, text: string) => Deno.writeTextFileSync(join(folder, name), text);
    const { "environment.json": environment, "trials.csv": trials } = contents(folder);
    put("environment.json", environment!.slice(0, 50));
    assertRefused(folder, /environment\.json.*JSON/);
    put("environment.json", environment!.replace('"schema": 5', '"schema": 1'));
    assertRefused(folder, /environment\.json.*"schema"/);
    put("environment.json", environment!);
    put("trials.csv", trials! + encodeRows(trialRow, [FIRST.trial]));
    assertRefused(folder, /is listed twice/);
    Deno.removeSync(join(folder, "trials.csv"));
    assertRefused(folder, /trials\.csv/);
  });
});

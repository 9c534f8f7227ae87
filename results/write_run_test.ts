import assert from "node:assert/strict";
import { UserError } from "../base/errors.ts";
import { withFolder } from "../base/testing.ts";
import { readRun } from "./store.ts";
import { fakeRun } from "./testing.ts";
import { writeRun } from "./write_run.ts";

const WHOLE = fakeRun({ arms: [{ testErrors: [3, null, 4] }, { variant: { variant: "a" }, testErrors: [5] }] });

Deno.test("a whole run is written whole, and nothing is left behind where that fails", () =>
  withFolder((folder) => {
    writeRun(`${folder}/deep/run/`, WHOLE);
    assert.deepEqual(readRun(`${folder}/deep/run`), WHOLE);
    assert.throws(() => writeRun(`${folder}/deep/run`, WHOLE), /it is there already\. Name another folder with --out/);

    // The store takes three trials before it refuses the one that stands twice.
    const twice = { ...WHOLE, trials: [...WHOLE.trials.slice(0, 3), WHOLE.trials[2]!] };
    assert.throws(() => writeRun(`${folder}/deep/other`, twice), UserError);
    assert.deepEqual([...Deno.readDirSync(`${folder}/deep`)].map(({ name }) => name), ["run"]);
  }));

import assert from "node:assert/strict";
import { UserError } from "../../base/errors.ts";
import { withFolder } from "../../base/testing.ts";
import { fakeRun } from "../testing.ts";
import { lockRun } from "./run_lock.ts";
import { readRun } from "./store.ts";
import { writeRun } from "./write_run.ts";

const WHOLE = fakeRun({ arms: [{ testErrors: [3, null, 4] }, { variant: { variant: "a" }, testErrors: [5] }] });

Deno.test("writeRun() writes a whole run, or leaves nothing behind", () =>
  withFolder((folder) => {
    writeRun(`${folder}/deep/run/`, WHOLE);
    assert.deepEqual(readRun(`${folder}/deep/run`), WHOLE);
    assert.throws(() => writeRun(`${folder}/deep/run`, WHOLE), /it is there already\. Name another folder with --out/);

    // The store takes three trials before it refuses the one that stands twice.
    const twice = { ...WHOLE, trials: [...WHOLE.trials.slice(0, 3), WHOLE.trials[2]!] };
    assert.throws(() => writeRun(`${folder}/deep/other`, twice), UserError);
    assert.deepEqual([...Deno.readDirSync(`${folder}/deep`)].map(({ name }) => name), ["run"]);
  }));

Deno.test("writeRun() clears away what a killed write left, and nothing else", () =>
  withFolder((folder) => {
    const partial = `${folder}/run.partial`;
    const names = () => [...Deno.readDirSync(partial)].map(({ name }) => name);
    Deno.mkdirSync(partial);
    Deno.writeTextFileSync(`${partial}/thesis.txt`, "mine");
    assert.throws(() => writeRun(`${folder}/run`, WHOLE), /^UserError: .*"thesis\.txt" is there already/);
    assert.deepEqual(names(), ["thesis.txt"]);

    Deno.removeSync(`${partial}/thesis.txt`);
    for (const name of ["environment.json", "trials.csv.partial", "run.lock"]) {
      Deno.writeTextFileSync(`${partial}/${name}`, "half");
    }
    writeRun(`${folder}/run`, WHOLE);
    assert.deepEqual(readRun(`${folder}/run`), WHOLE);
    assert.ok(![...Deno.readDirSync(`${folder}/run`)].some(({ name }) => name === "run.lock"));
    assert.throws(() => Deno.statSync(partial), Deno.errors.NotFound);
  }));

Deno.test("writeRun() leaves alone a link in the place of the folder that it writes first", () =>
  withFolder((folder) => {
    writeRun(`${folder}/other`, WHOLE);
    Deno.symlinkSync(`${folder}/other`, `${folder}/run.partial`);
    assert.throws(() => writeRun(`${folder}/run`, WHOLE), /^UserError: .*"[^"]*run\.partial" is there already/);
    assert.deepEqual(readRun(`${folder}/other`), WHOLE);
  }));

Deno.test("writeRun() refuses a folder that another process is writing", () =>
  withFolder((folder) => {
    using _first = lockRun(`${folder}/run.partial`);
    Deno.writeTextFileSync(`${folder}/run.partial/trials.csv`, "half");
    assert.throws(() => writeRun(`${folder}/run`, WHOLE), /run\.partial": process \d+ .*is writing to it/);
    assert.equal(Deno.readTextFileSync(`${folder}/run.partial/trials.csv`), "half");
  }));

import assert from "node:assert/strict";
import { join } from "node:path";
import { withFolder } from "../../../base/testing.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { CHECKPOINT_FILE, checkpointFile } from "./checkpoint_file.ts";

const CHECKPOINT: Checkpoint = {
  key: { trial: "suite/arm/1" },
  epochs: [],
  firstStepSeconds: 0.5,
  compileSeconds: 0.25,
  validationSeconds: 0.125,
  peakBytes: 1000,
  dropout: [1, 2, 3, 4],
  gradients: [],
  weights: new Float32Array([1.5]),
  velocities: new Float32Array(),
};

Deno.test("checkpointFile() saves over the last checkpoint, reads it, and removes it without a trace", () =>
  withFolder((folder) => {
    const said: string[] = [];
    const file = checkpointFile(folder, (sentence) => said.push(sentence));
    assert.equal(file.read(), undefined);
    for (const peakBytes of [1, 2]) file.save({ ...CHECKPOINT, peakBytes });
    assert.deepEqual(checkpointFile(folder, assert.fail).read(), { ...CHECKPOINT, peakBytes: 2 });
    // What a process killed while it saved would leave.
    Deno.writeTextFileSync(join(folder, `${CHECKPOINT_FILE}.partial`), "half");
    file.remove();
    assert.deepEqual([...Deno.readDirSync(folder)], []);
    file.remove();
    assert.deepEqual(said, []);
  }));

Deno.test("checkpointFile() reports a failing save once, throws nothing, and keeps the last checkpoint", () =>
  withFolder((folder) => {
    const said: string[] = [];
    const file = checkpointFile(folder, (sentence) => said.push(sentence));
    file.save(CHECKPOINT);
    Deno.mkdirSync(join(folder, `${CHECKPOINT_FILE}.partial`));
    Deno.writeTextFileSync(join(folder, `${CHECKPOINT_FILE}.partial`, "in the way"), "");
    for (let i = 0; i < 3; i++) file.save({ ...CHECKPOINT, peakBytes: 7 });
    assert.equal(said.length, 1);
    assert.match(
      said[0]!,
      /^Cannot save the current trial as ".*checkpoint\.bin": .* Training continues without it\.$/,
    );
    assert.deepEqual(file.read(), CHECKPOINT);
  }));

Deno.test("checkpointFile() reports a damaged checkpoint, and does not use it", () =>
  withFolder((folder) => {
    const said: string[] = [];
    Deno.writeTextFileSync(join(folder, CHECKPOINT_FILE), "nonsense");
    assert.equal(checkpointFile(folder, (sentence) => said.push(sentence)).read(), undefined);
    assert.match(said.join(), /^".*checkpoint\.bin" is damaged or cut off, and is not used: its trial starts/);
  }));

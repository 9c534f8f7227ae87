import assert from "node:assert/strict";
import { fakeGpuTiming } from "../../../results/testing.ts";
import { GPU_TIMING } from "../../../suites/gpu_timing.ts";
import { isTimedToTheEnd } from "./benchmark.ts";

Deno.test("isTimedToTheEnd() is true if the last row is the last possible one", () => {
  const profile = GPU_TIMING.profiles.quick;
  const subject = profile.networks.at(-1)!.id;
  const rows = ["whole", "compiling"].map((contender) =>
    fakeGpuTiming({ kind: "first_step", subject, contender, rounds: [1] })
  );
  assert.equal(isTimedToTheEnd(rows, profile), true);
  assert.equal(isTimedToTheEnd(rows.slice(0, 1), profile), false);
  assert.equal(isTimedToTheEnd([], profile), false);
  assert.equal(isTimedToTheEnd(rows.map((row) => ({ ...row, subject: profile.networks[0]!.id })), profile), false);
});

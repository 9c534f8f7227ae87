import assert from "node:assert/strict";
import { LINEAR } from "../../../models/fully_connected.ts";
import { roundsOf } from "../../../results/rows/timings.ts";
import { GPU_TIMING } from "../../../suites/gpu_timing.ts";
import { timeGroup } from "./group.ts";
import { phaseSubjects } from "./phases.ts";
import type { GpuSubject } from "./subject.ts";

/** Rounds so long that twice the runs take longer on a busy machine too. */
const TIMING = { rounds: 2, roundMs: 20, mostRunMs: Infinity };

Deno.test("timeGroup() times every phase in as many rounds, and reports why something can't be timed", async () => {
  const phases = phaseSubjects(LINEAR, { ...GPU_TIMING, kind: "phase", batch: 3 });
  const [forward] = phases as [GpuSubject];
  const huge = { ...forward, largestBytes: 2 ** 40 };
  const broken: GpuSubject = {
    ...forward,
    prepare() {
      throw new Error("no memory");
    },
  };
  const measured = await timeGroup([huge, ...phases, broken], TIMING);
  assert.deepEqual(measured.map(({ phase }) => phase), [
    "forward",
    "forward",
    "forward_backward",
    "optimiser",
    "step",
    "forward",
  ]);
  for (const { phase = "none", rounds_ms, wall_ms, dispatches } of measured.slice(1, -1)) {
    assert.equal(roundsOf({ rounds_ms: rounds_ms! }).length, TIMING.rounds, phase);
    assert.ok(wall_ms! > 0 && dispatches! > 0, phase);
  }
  assert.match(measured[0]!.note!, /^Needs a buffer of 1099511627776 bytes, and the adapter binds \d+ at most$/);
  assert.match(measured.at(-1)!.note!, /^The device can't run it: no memory$/);
  for (const { wall_ms } of [measured[0]!, measured.at(-1)!]) assert.equal(wall_ms, undefined);
  const step = measured.find(({ phase }) => phase === "step")!;
  assert.ok(step.peak_bytes! >= 4 * (7850 + 3 * 784), "weights and pixels at least");
});

Deno.test("timeGroup() does not time what takes too long per run", async () => {
  const subjects = phaseSubjects(LINEAR, { ...GPU_TIMING, kind: "phase", batch: 1 });
  const measured = await timeGroup(subjects, { ...TIMING, mostRunMs: 0 });
  for (const { note, wall_ms } of measured) {
    assert.equal(wall_ms, undefined);
    assert.match(note!, /^A run takes about .* ms, and this profile times no more than 0 ms$/);
  }
});

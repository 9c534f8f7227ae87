import assert from "node:assert/strict";
import { stream } from "../../base/random.ts";
import { TABLES } from "../rows/list.ts";
import { type SliceRow, sliceRow } from "../rows/slices.ts";
import { judgeRatios, judgeSlices, looksOf } from "./slices.ts";

const THRESHOLD = { threshold: 0.05 };

/** What makes slices scatter. */
interface Noise {
  readonly seed: number;
  /** Standard deviation of a pair of processes, of a slice, and the share of blocks that a burst strikes. */
  readonly process?: number;
  readonly slice?: number;
  readonly bursts?: number;
}

/** Rounds of six blocks of a variant whose head takes `slower` times as long. */
function slices(
  slower: number,
  { rounds, variant = "a", seed, process = 0.02, slice = 0.05, bursts = 0.1, ...columns }:
    & Noise
    & Partial<SliceRow>
    & { readonly rounds: number },
): SliceRow[] {
  const random = stream(seed, `slices/${variant}`);
  return Array.from({ length: rounds }, (_, round) => {
    const drift = Math.exp(0.2 * random.normal());
    const of = { base: 1, head: slower * Math.exp(process * random.normal()) };
    return Array.from({ length: 6 }, (_, block) =>
      (["base", "head", "head", "base"] as const).map((side, place) => {
        const burst = random.uniform() < bursts ? 1 + random.uniform() : 1;
        const ms = 100 * drift * of[side] * burst * Math.exp(slice * random.normal());
        return sliceRow.parse({
          schema: TABLES.slices.version,
          ...{ suite: "s", variant, profile: "quick", round: round + 1, block: block + 1, place: place + 1, side },
          ...{ steps: 10, wall_ms: ms, cpu_ms: ms, device_ms: null, adapter: "llvmpipe", adapter_kind: "software" },
          ...{ api: "Vulkan", machine: "m", base_commit: "a", commit: "b" },
          ...columns,
        });
      }));
  }).flat(2);
}

/** As a comparison does it: judged at each look, until no cost is undecided. */
function lookAfterLook(all: readonly SliceRow[], most: number) {
  for (const look of looksOf(most)) {
    const judged = judgeSlices(all.filter(({ round }) => round <= look), THRESHOLD)
      .filter(({ metric }) => metric === "CPU time per step");
    if (look === most || judged.every(({ judgement }) => judgement !== "cannot tell")) return { judged, rounds: look };
  }
  throw new Error("There is a last look");
}

Deno.test("looksOf() has a look after each quarter, none after a single round of several, and none twice", () => {
  assert.deepEqual(looksOf(16), [4, 8, 12, 16]);
  assert.deepEqual(looksOf(5), [2, 3, 4, 5]);
  assert.deepEqual(looksOf(2), [2]);
  assert.deepEqual(looksOf(1), [1]);
});

Deno.test("judgeSlices() hardly ever calls the same code slower or faster, at any look, of two networks", () => {
  const alarms = Array.from({ length: 300 }, (_, seed) => {
    const all = [...slices(1, { rounds: 16, seed }), ...slices(1, { rounds: 16, variant: "b", seed })];
    return looksOf(16).some((look) =>
      judgeSlices(all.filter(({ round }) => round <= look), THRESHOLD)
        .some(({ judgement }) => judgement === "regressed" || judgement === "improved")
    );
  }).filter(Boolean).length;
  assert.ok(alarms <= 6, `${alarms} of 300`);
});

Deno.test("judgeSlices() finds 10% more cost, mostly before the last look, and 5%; and calls no cost the same code", () => {
  const results = (slower: number) =>
    Array.from({ length: 40 }, (_, seed) => lookAfterLook(slices(slower, { rounds: 16, seed, bursts: 0.03 }), 16));
  const regressed = (all: ReturnType<typeof results>) =>
    all.filter(({ judged }) => judged[0]!.judgement === "regressed").length;
  const [ten, five] = [results(1.1), results(1.05)];
  assert.ok(regressed(ten) >= 38, `10%: ${regressed(ten)} of 40`);
  assert.ok(ten.filter(({ rounds }) => rounds < 16).length >= 30);
  assert.ok(regressed(five) >= 26, `5%: ${regressed(five)} of 40`);
  assert.ok(results(0.9).every(({ judged }) => judged[0]!.judgement !== "regressed"));
});

Deno.test("judgeSlices() judges CPU time of a software adapter, and a device's own time if all slices have it", () => {
  const metrics = (columns: Partial<SliceRow>) =>
    judgeSlices(slices(1, { rounds: 4, seed: 1, ...columns }), THRESHOLD).map(({ metric }) => metric);
  assert.deepEqual(metrics({}), ["CPU time per step", "wall time per step"]);
  assert.deepEqual(metrics({ adapter_kind: "hardware", device_ms: 5 }), ["GPU time per step", "wall time per step"]);
  assert.deepEqual(metrics({ adapter_kind: "hardware" }), ["wall time per step"]);
});

Deno.test("judgeSlices() compares costs per step: patterns come by the dozen", () => {
  const all = slices(1, { rounds: 4, seed: 1, process: 0, slice: 0, bursts: 0 })
    .map((row) => row.side === "head" ? { ...row, steps: 20, cpu_ms: 2 * row.cpu_ms } : row);
  const [cpu] = judgeSlices(all, THRESHOLD);
  assert.ok(Math.abs(cpu!.change.value - 1) < 1e-9);
});

Deno.test("judgeRatios() judges nothing by one round, and is the mirror image of itself", () => {
  const share = 1 / 8;
  assert.equal(judgeRatios([0.5], { ...THRESHOLD, share }).judgement, "cannot tell");
  const slower = [0.1, 0.11, 0.09, 0.1, 0.105, 0.095, 0.1, 0.1];
  const [one, other] = [slower, slower.map((x) => -x)].map((ratios) => judgeRatios(ratios, { ...THRESHOLD, share }));
  assert.deepEqual([one!.judgement, other!.judgement], ["regressed", "improved"]);
  assert.ok(Math.abs(one!.change.value * other!.change.value - 1) < 1e-12);
  assert.ok(Math.abs(one!.change.interval.low * other!.change.interval.high - 1) < 1e-12);
});

Deno.test("judgeRatios() calls a change below half the threshold the same, however certain", () => {
  const { judgement, change } = judgeRatios([0.02, 0.021, 0.019, 0.02, 0.02], { ...THRESHOLD, share: 1 / 8 });
  assert.equal(judgement, "same");
  assert.ok(change.interval.low > 1, "although the interval excludes 1");
});

/**
 * Runs the timing suite: the costs of using the device, every network by batch size, layer by layer, in several forms,
 * one image at a time and on a fresh device, and the networks of ImageNet.
 *
 * @module
 */
import type { AdapterDescription } from "../../../device/adapter.ts";
import { readProvenance } from "../../../device/provenance.ts";
import { STOCK_KERNELS, TUNED_KERNELS } from "../../../kernels/mod.ts";
import type { ModelSpec } from "../../../models/network/spec.ts";
import type { GpuTimingRow } from "../../../results/rows/gpu_timings.ts";
import { TABLES } from "../../../results/rows/list.ts";
import { rounded, roundsOf } from "../../../results/rows/timings.ts";
import type { GpuTimingProfile, GpuTimingSuite, ImageNetSubject } from "../../../suites/gpu_timing.ts";
import type { ProfileName } from "../../../suites/suite.ts";
import { KERNEL_SETS, onFreshDevice } from "../kernel_sets.ts";
import { largestDifference, type Probe, probe } from "../kernels/probe.ts";
import { type StepSubject, stepSubject } from "../kernels/subjects.ts";
import { timeCosts } from "./costs.ts";
import { timeFirstSteps } from "./first_step.ts";
import { timeGroup, tooLong } from "./group.ts";
import { timeLatency } from "./latency.ts";
import { forwardSubject, layerSubjects } from "./layers.ts";
import { phaseSubjects } from "./phases.ts";
import type { GpuSubject, Measurement } from "./subject.ts";

export interface GpuTimingOptions {
  readonly suite: GpuTimingSuite;
  readonly profile: ProfileName;
  /** Which networks are timed; all when left out. */
  readonly filter?: (model: ModelSpec) => boolean;
  /** Called with rows as soon as they have been measured. */
  readonly onRows: (rows: readonly GpuTimingRow[]) => void;
  /** Stops the run after the current stage. */
  readonly signal?: AbortSignal;
}

/** Something to be measured on its own. */
type Stage = () => Promise<Measurement[]>;

/**
 * Measures one stage after the other.
 *
 * @throws {UserError} No adapter answers.
 * @throws {DeviceFault} The device reported an unexpected error.
 */
export async function runGpuTiming({ suite, profile, filter, onRows, signal }: GpuTimingOptions): Promise<void> {
  const adapter = await onFreshDevice(STOCK_KERNELS, ({ adapter }) => Promise.resolve(adapter));
  const makeRow = await rowMaker(profile, adapter);
  for (const stage of stagesOf(suite, { profile: suite.profiles[profile], adapter, filter: filter ?? (() => true) })) {
    if (signal?.aborted) return;
    onRows((await stage()).map(makeRow));
  }
}

function stagesOf(
  suite: GpuTimingSuite,
  { profile, adapter, filter }: {
    profile: GpuTimingProfile;
    adapter: AdapterDescription;
    filter: (model: ModelSpec) => boolean;
  },
): Stage[] {
  const networks = profile.networks.filter(filter);
  const mostBytes = adapter.limits.maxStorageBufferBindingSize!;
  return [
    () => timeCosts(profile, suite.uploads),
    ...profile.imageNet.filter(({ model }) => filter(model))
      .map((subject) => () => timeImageNet(subject, { suite, profile, mostBytes })),
    ...networks.flatMap((model) => batchStages(model, { suite, profile })),
    ...profile.layersOf.filter(filter).map((model) => () => timeLayers(model, { suite, profile, mostBytes })),
    ...profile.compared.filter(filter).flatMap((model) => [
      () => compareKernels(model, { suite, profile }),
      () => compareActivations(model, { suite, profile }),
      () => compareAugmentations(model, { suite, profile }),
    ]),
    ...networks.map((model) => () => timeLatency(model, { ...suite, timing: profile })),
    // A process's first step also warms up JavaScript: by now others have.
    ...networks.map((model) => () => timeFirstSteps(model, { ...suite, devices: profile.firstSteps })),
  ];
}

/** Whether a run of all networks is complete: up to the last row of the last network's first step. */
export function isTimedToTheEnd(rows: readonly GpuTimingRow[], { networks }: GpuTimingProfile): boolean {
  const last = rows.at(-1);
  return last?.kind === "first_step" && last.contender === "compiling" && last.subject === networks.at(-1)?.id;
}

interface Context {
  readonly suite: GpuTimingSuite;
  readonly profile: GpuTimingProfile;
}

/**
 * A larger batch is tried unless it is expected to take this many times the time allowed: small batches are mostly
 * overhead, so the time grows more slowly than the batch.
 */
const HOPELESS = 4;

/** One stage per batch size; skipped if the one before shows that it would take too long. */
function batchStages(model: ModelSpec, { suite, profile }: Context): Stage[] {
  let last: { readonly batch: number; readonly stepMs: number } | undefined;
  return profile.batches.map((batch, index) => async () => {
    // The optimiser's work is the same for every batch.
    const subjects = phaseSubjects(model, { ...suite, kind: "phase", batch })
      .filter(({ columns: { phase } }) => phase !== "optimiser" || index === 0);
    const expectedMs = last === undefined ? 0 : last.stepMs * batch / last.batch;
    if (expectedMs > HOPELESS * profile.mostRunMs) return subjects.map(absent(tooLong(expectedMs, profile.mostRunMs)));
    const measured = await timeGroup(subjects, profile);
    const rounds = roundsOf({ rounds_ms: measured.find(({ phase }) => phase === "step")?.rounds_ms ?? "" });
    if (rounds.length > 0) last = { batch, stepMs: Math.min(...rounds) };
    return measured;
  });
}

function absent(note: string): (subject: GpuSubject) => Measurement {
  return ({ columns }) => ({ ...columns, note });
}

/** The layers of a network that is trained, and the whole network. */
async function timeLayers(
  model: ModelSpec,
  { suite, profile, mostBytes }: Context & { readonly mostBytes: number },
): Promise<Measurement[]> {
  const { batch } = suite.recipe;
  return await timeGroup([
    ...phaseSubjects(model, { ...suite, kind: "whole", batch }),
    ...layerSubjects(model, { batch, recipe: suite.recipe, mostBytes, gradients: true }),
  ], { ...profile, mostRunMs: Infinity });
}

/** A network of ImageNet, forward. */
async function timeImageNet(
  { model, batch, timed }: ImageNetSubject,
  { suite, profile, mostBytes }: Context & { readonly mostBytes: number },
): Promise<Measurement[]> {
  const options = { batch, recipe: suite.recipe, mostBytes };
  const whole = forwardSubject(model, options);
  const layers = layerSubjects(model, { ...options, gradients: false });
  const timing = { ...profile, rounds: profile.imageNetRounds, mostRunMs: profile.imageNetMostRunMs };
  return timed === "layers"
    ? await timeGroup([whole, ...layers], timing)
    : [whole, ...layers].map(absent("Left to the paper profile"));
}

/** A training step with the tuned and with the stock kernels. */
async function compareKernels(model: ModelSpec, { suite, profile }: Context): Promise<Measurement[]> {
  const step = stepSubject(model, suite);
  const probes: Probe[] = [];
  for (const set of KERNEL_SETS) probes.push(await probe(step, set));
  const measured = await timeGroup(
    KERNEL_SETS.map((set) => ({ ...stepForm(step, { contender: set.name }), kernels: set })),
    { ...profile, mostRunMs: Infinity },
  );
  return measured.map((measurement, i) => ({
    ...measurement,
    difference: i === 0 ? null : rounded(largestDifference(probes[i]!.results, probes[0]!.results)),
  }));
}

/** A training step with each of the suite's activations in the hidden layers. */
async function compareActivations(model: ModelSpec, { suite, profile }: Context): Promise<Measurement[]> {
  return await timeGroup(
    suite.activations.map((hidden) =>
      stepForm(stepSubject(model, { ...suite, recipe: { ...suite.recipe, hidden } }), { contender: hidden })
    ),
    { ...profile, mostRunMs: Infinity },
  );
}

/** A training step on images as they are, and with each of the suite's augmentations. */
async function compareAugmentations(model: ModelSpec, { suite, profile }: Context): Promise<Measurement[]> {
  return await timeGroup(
    [
      stepForm(stepSubject(model, suite), { contender: "no distortions" }),
      ...suite.augmentations.map((augmentation) =>
        stepForm(stepSubject(model, { ...suite, augmentation }), { contender: augmentation.title })
      ),
    ],
    { ...profile, mostRunMs: Infinity },
  );
}

function stepForm(
  { id, title, batch, flops, prepare }: StepSubject,
  { contender }: { contender: string },
): GpuSubject {
  return {
    columns: { kind: "comparison", subject: id, title, phase: "step", contender, batch, flops },
    kernels: TUNED_KERNELS,
    largestBytes: 0,
    prepare,
  };
}

/** Makes whole rows: what all rows of the run share, and empty cells for what was not measured. */
async function rowMaker(
  profile: ProfileName,
  { name, api, kind }: AdapterDescription,
): Promise<(measurement: Measurement) => GpuTimingRow> {
  const provenance = await readProvenance();
  return (measurement) => ({
    schema: TABLES.gpuTimings.version,
    profile,
    layer: "",
    layer_kind: "",
    times: 1,
    phase: "none",
    wall_ms: null,
    rounds_ms: "",
    runs: null,
    gpu_ms: null,
    dispatches: null,
    shaders: null,
    flops: null,
    bytes: null,
    parameters: null,
    macs: null,
    activation_bytes: null,
    peak_bytes: null,
    difference: null,
    note: "",
    adapter: name,
    api,
    adapter_kind: kind,
    ...provenance,
    finished: new Date().toISOString(),
    ...measurement,
  });
}

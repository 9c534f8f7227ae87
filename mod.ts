/**
 * lenet-bench as a library: describe networks and suites as data, run them, read and report on the results.
 *
 * @example A suite of one's own: does a wider hidden layer help?
 * ```ts
 * import { fullyConnected, MODERN, type Profile, renderReport, runSuite, writeReport } from "./mod.ts";
 *
 * const few = { trainImages: 256, validationImages: 0, testImages: 100, epochs: 1, seeds: 1 } as const;
 * const profile: Profile = { ...few, dataset: "synthetic" };
 * const run = await runSuite({
 *   id: "width",
 *   title: "Width of the hidden layer",
 *   question: "Does a wider hidden layer make fewer errors?",
 *   judgedOn: "test",
 *   variants: [16, 64].map((units) => ({
 *     id: `hidden-${units}`,
 *     title: `784-${units}-10`,
 *     model: fullyConnected([units], "this example"),
 *     recipe: MODERN,
 *     learningRate: 0.03,
 *     learningRateSource: "a guess",
 *     ...(units !== 16 && { baseline: "hidden-16" }),
 *     departures: [],
 *   })),
 *   profiles: { smoke: profile, quick: profile, paper: profile },
 * }, { profile: "smoke", directory: `${await Deno.makeTempDir()}/width` });
 * writeReport(await renderReport([run], []), await Deno.makeTempDir());
 * ```
 *
 * @module
 */
export type { Augmentation, Elastic } from "./data/distortion/augmentation.ts";
export type { SweepKind } from "./data/distortion/sweep.ts";
export type { Dataset, ImageKind, ImageSet } from "./data/dataset.ts";
export type { DownloadOptions, DownloadProgress } from "./data/files/download.ts";
export type { PublishedFile, PublishedFiles } from "./data/files/mnist.ts";
export { loadDataset, type LoadOptions } from "./data/choose_dataset.ts";
export { type Published, readPublished } from "./data/published.ts";
export type { AdapterDescription } from "./device/adapter.ts";
export type { GraphicsApi } from "./base/graphics_api.ts";
export { Stopwatch } from "./base/stopwatch.ts";
export type { Subgroups } from "./device/subgroups.ts";
export { type Backend, type BackendName, type BackendOptions, DeviceFault, startBackend } from "./device/backend.ts";
export type { KernelSet, KernelSetName } from "./device/kernel_set.ts";
export { UserError } from "./base/errors.ts";
export { type Plan, plan, type PlanOptions, type Trial } from "./engine/running/plan.ts";
export {
  type RunOptions,
  runPlan,
  type RunProgress,
  type RunSummary,
  type TrialPosition,
} from "./engine/running/run.ts";
export type { RunPart } from "./engine/running/run_parts.ts";
export { STOCK_KERNELS, TUNED_KERNELS, UNSHARED_KERNELS } from "./kernels/mod.ts";
export { runSuite, type SuiteOptions } from "./engine/running/run_suite.ts";
export type { DataOptions } from "./engine/running/load_data.ts";
export type { TrainingProgress } from "./engine/training/training.ts";
export type { Loss, RbfLoss, UnitLoss } from "./models/network/operations.ts";
export type { Initialisation } from "./models/network/initialise.ts";
export { countLayers, countModel, type Counts, type LayerCounts } from "./models/network/count.ts";
export { fullyConnected } from "./models/fully_connected.ts";
export { MODELS, PAPER_MODELS } from "./models/list.ts";
export { type Field, receptiveFields } from "./models/network/receptive_field.ts";
export type {
  Activation,
  BatchNormLayer,
  BranchesLayer,
  ConnectionTable,
  ConvLayer,
  DenseLayer,
  DropoutLayer,
  ExpectedCounts,
  FlattenLayer,
  InputFit,
  LayerActivation,
  LayerSpec,
  ListedModel,
  LocalLayer,
  ModelSpec,
  PoolLayer,
  RbfLayer,
  ResponseNormLayer,
  Shape,
  SubsampleLayer,
} from "./models/network/spec.ts";
export { type ReportFiles, writeReport } from "./reports/page/report_files.ts";
export { renderReport } from "./reports/suite/report.ts";
export { type RegressionTitles, renderRegression } from "./reports/tracking/regression.ts";
export { compareSides, readSide, type Side } from "./results/regression/compare.ts";
export {
  type Change,
  type Judged,
  type Judgement,
  type Judging,
  type Metric,
  type NotJudged,
  type RegressionReport,
  THRESHOLDS,
  type Thresholds,
  type Times,
} from "./results/regression/judgement.ts";
export type { Interval } from "./results/statistics/intervals.ts";
export { readRun, type Run, type TrialResult } from "./results/folder/store.ts";
export { SUITES } from "./suites/list.ts";
export { LECUN_1998, LECUN_1998_RBF } from "./recipes/lecun1998.ts";
export { LECUN_1998_MINIBATCH } from "./recipes/lecun1998_minibatch.ts";
export { RECIPES } from "./recipes/list.ts";
export { MODERN } from "./recipes/modern.ts";
export type {
  BatchOptimiser,
  BatchRecipe,
  Optimiser,
  PatternOptimiser,
  PatternRecipe,
  PixelScale,
  Recipe,
  Schedule,
} from "./recipes/recipe.ts";
export type { Boosting, DataTreatment, Measures, Profile, ProfileName, Suite, Sweep, Variant } from "./suites/suite.ts";
export type { Environment, PlanRecord } from "./results/folder/environment.ts";
export type { EpochRow } from "./results/rows/epochs.ts";
export type { ErrorRow } from "./results/rows/errors.ts";
export type { GpuTimingRow, Phase } from "./results/rows/gpu_timings.ts";
export type { GradientRow } from "./results/rows/gradients.ts";
export type { SampleRow } from "./results/rows/samples.ts";
export type { SweepRow } from "./results/rows/sweeps.ts";
export type { RunRows } from "./results/rows/list.ts";
export type { TimingRow } from "./results/rows/timings.ts";
export type { TrialRow } from "./results/rows/trials.ts";
export type { VariantRow } from "./results/rows/variants.ts";

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
export type { Augmentation } from "./data/distortion/augmentation.ts";
export { type Dataset, type ImageSet } from "./data/dataset.ts";
export { loadDataset, type LoadOptions } from "./data/load.ts";
export { type Published, readPublished } from "./data/published.ts";
export {
  type AdapterDescription,
  type Backend,
  type BackendName,
  type BackendOptions,
  DeviceFault,
  startBackend,
} from "./device/backend.ts";
export type { KernelSet, KernelSetName } from "./device/kernel_set.ts";
export { UserError } from "./base/errors.ts";
export { type Plan, plan, type PlanOptions, type Trial } from "./engine/running/plan.ts";
export { type RandomStream, stream } from "./base/random.ts";
export { type RunOptions, runPlan, type RunProgress, type RunSummary } from "./engine/running/run.ts";
export { STOCK_KERNELS, TUNED_KERNELS } from "./kernels/mod.ts";
export { runSuite, type SuiteOptions } from "./engine/running/run_suite.ts";
export { type Network } from "./models/network/network.ts";
export { build } from "./models/network/build.ts";
export { countLayers, countModel, type Counts, type LayerCounts } from "./models/network/count.ts";
export { fullyConnected } from "./models/fully_connected.ts";
export { MODELS } from "./models/mod.ts";
export { type Field, receptiveFields } from "./models/network/receptive_field.ts";
export type { LayerSpec, ModelSpec } from "./models/network/spec.ts";
export { type ReportFiles, writeReport } from "./reports/page/report_files.ts";
export { renderReport } from "./reports/suite/report.ts";
export { renderRegression } from "./reports/tracking/regression.ts";
export { compareSides, readSide, type Side } from "./results/regression/compare.ts";
export { type Judged, type RegressionReport, THRESHOLDS, type Thresholds } from "./results/regression/row.ts";
export { readRun, type Run } from "./results/folder/store.ts";
export { SUITES } from "./suites/mod.ts";
export { LECUN_1998_MINIBATCH, MODERN, RECIPES } from "./recipes/mod.ts";
export type { Recipe } from "./recipes/recipe.ts";
export type { DataTreatment, Measures, Profile, ProfileName, Suite, Sweep, Variant } from "./suites/suite.ts";

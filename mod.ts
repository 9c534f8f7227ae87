/**
 * lenet-bench as a library: describe networks and suites as data, run them, read and report on the results.
 *
 * @example A suite of one's own: does a wider hidden layer help?
 * ```ts
 * import { installTunedKernels, loadDataset, MODERN, plan, runPlan, startBackend } from "./mod.ts";
 * import type { Profile, Suite } from "./mod.ts";
 *
 * const widths = [16, 64];
 * const profile: Profile = {
 *   trainImages: 256,
 *   validationImages: 0,
 *   testImages: 100,
 *   epochs: 1,
 *   seeds: 1,
 *   dataset: "synthetic",
 * };
 * const suite: Suite = {
 *   id: "width",
 *   title: "Width of the hidden layer",
 *   question: "Does a wider hidden layer make fewer errors?",
 *   judgedOn: "test",
 *   variants: widths.map((units) => ({
 *     id: `hidden-${units}`,
 *     title: `784-${units}-10`,
 *     model: {
 *       id: `fc-784-${units}-10`,
 *       title: `784-${units}-10`,
 *       input: [28, 28, 1],
 *       fit: "as_is",
 *       layers: [
 *         { kind: "flatten", name: "flatten" },
 *         { kind: "dense", name: "F1", units, activation: "hidden" },
 *         { kind: "dense", name: "output", units: 10, activation: "output" },
 *       ],
 *       source: "this example",
 *     },
 *     recipe: MODERN,
 *     learningRate: 0.03,
 *     learningRateSource: "a guess",
 *     departures: [],
 *   })),
 *   profiles: { smoke: profile, quick: profile, paper: profile },
 * };
 *
 * const dataset = await loadDataset({ dataset: "synthetic", cacheDir: ".cache/data", sizes: { train: 256, test: 100 } });
 * const backend = await startBackend("webgpu");
 * installTunedKernels();
 * const directory = await Deno.makeTempDir();
 * const { done } = await runPlan({
 *   plan: plan(suite, { profile: "smoke" }),
 *   dataset,
 *   backend,
 *   directory: `${directory}/run`,
 *   command: "the example of mod.ts",
 * });
 * console.log(`${done} trials are in ${directory}/run/trials.csv`);
 * backend.stop();
 * ```
 *
 * @module
 */
export { type Dataset, type ImageSet } from "./data/dataset.ts";
export { loadDataset, type LoadOptions } from "./data/load.ts";
export { type Published, readPublished } from "./data/published.ts";
export { type AdapterDescription, type Backend, DeviceFault, startBackend } from "./engine/backend.ts";
export { UserError } from "./base/errors.ts";
export { type Plan, plan, type PlanOptions, type Trial } from "./engine/plan.ts";
export { type RandomStream, stream } from "./base/random.ts";
export { type RunOptions, runPlan, type RunProgress, type RunSummary } from "./engine/run.ts";
export { installTunedKernels, uninstallTunedKernels } from "./kernels/mod.ts";
export { build, type Network } from "./models/build.ts";
export { countLayers, countModel, type Counts, type LayerCounts } from "./models/count.ts";
export { MODELS } from "./models/mod.ts";
export { type Field, receptiveFields } from "./models/receptive_field.ts";
export type { LayerSpec, ModelSpec } from "./models/spec.ts";
export { renderReport, type ReportFiles, writeReport } from "./reports/report.ts";
export { readRun, type Run } from "./results/store.ts";
export { SUITES } from "./suites/mod.ts";
export { LECUN_1998_MINIBATCH, MODERN, RECIPES } from "./suites/recipes.ts";
export type { Profile, ProfileName, Recipe, Suite, Variant } from "./suites/suite.ts";

/**
 * Trains a small network on distorted digits on webgpu with the tuned kernels and the seed given, and prints its losses
 * and its weights' checksum: one process of `repeatability_test.ts`.
 *
 * @module
 */
import { syntheticDataset } from "../../data/synthetic/digits.ts";
import { startBackend } from "../../device/backend.ts";
import { TUNED_KERNELS } from "../../kernels/mod.ts";
import { AFFINE_ELASTIC } from "../../recipes/augmentations.ts";
import { TINY_MODEL, tinyVariant } from "../testing.ts";
import { buildNetwork } from "../training/build_network.ts";
import { train } from "../training/train.ts";
import { weightsSha256 } from "../training/weights.ts";

/** What the process prints, as JSON. */
export interface Outcome {
  readonly adapter: string;
  /** Mean training loss by epoch. */
  readonly losses: readonly number[];
  /** SHA-256 of the final weights. */
  readonly weights: string;
}

const seed = Number(Deno.args[0]);
const variant = tinyVariant({
  ...TINY_MODEL,
  layers: [
    { kind: "conv", name: "C1", maps: 3, kernel: 5, stride: 2, padding: 2, activation: "linear" },
    { kind: "batch_norm", name: "B1", activation: "hidden" },
    { kind: "max_pool", name: "S2", size: 2, stride: 2 },
    { kind: "subsample", name: "S3", size: 2, activation: "hidden" },
    { kind: "flatten", name: "flatten" },
    { kind: "dense", name: "F4", units: 20, activation: "hidden" },
    { kind: "dropout", name: "D4", rate: 0.5 },
    { kind: "dense", name: "output", units: 10, activation: "output" },
  ],
});
const backend = await startBackend("webgpu", { kernels: TUNED_KERNELS });
const network = buildNetwork(variant, { seed, backend });
const { recipe, learningRate } = variant;
const { train: digits } = syntheticDataset({ train: 100, test: 1 });
const { epochs } = await train(network, digits, {
  recipe,
  learningRate,
  epochs: 2,
  seed,
  augmentation: AFFINE_ELASTIC,
  backend,
});
const outcome: Outcome = {
  adapter: backend.adapter.name,
  losses: epochs.map(({ trainLoss }) => trainLoss),
  weights: await weightsSha256(network),
};
console.log(JSON.stringify(outcome));
network.dispose();
backend.stop();

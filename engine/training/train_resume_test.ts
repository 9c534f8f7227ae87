import assert from "node:assert/strict";
import type { Augmentation } from "../../data/distortion/augmentation.ts";
import { syntheticDataset } from "../../data/synthetic/digits.ts";
import type { Backend } from "../../device/backend.ts";
import { withBackend } from "../../device/testing.ts";
import { withTunedKernels } from "../../kernels/testing.ts";
import type { ModelSpec } from "../../models/network/spec.ts";
import type { Recipe } from "../../recipes/recipe.ts";
import { TINY_MODEL, tinyVariant } from "../testing.ts";
import { buildNetwork } from "./build_network.ts";
import type { EpochResult, TrainingState } from "./saved_state.ts";
import { train } from "./train.ts";
import type { TrainingOptions } from "./training.ts";
import { weightsSha256 } from "./weights.ts";

const { train: digits, test: held } = syntheticDataset({ train: 110, test: 40 });
const EPOCHS = 4;

/** Batch normalisation, whose running statistics no gradient changes, and dropout, whose stream has a state. */
const NORMALISED: ModelSpec = {
  ...TINY_MODEL,
  layers: [
    { kind: "conv", name: "C1", maps: 2, kernel: 5, stride: 2, padding: 2, activation: "linear" },
    { kind: "batch_norm", name: "B1", activation: "hidden" },
    { kind: "flatten", name: "flatten" },
    { kind: "dropout", name: "D2", rate: 0.5 },
    { kind: "dense", name: "output", units: 10, activation: "output" },
  ],
};

interface Kind {
  readonly model?: ModelSpec;
  readonly recipe?: Partial<Recipe>;
  readonly changes?: Partial<TrainingOptions>;
}

const distorted = (augmentation: Omit<Augmentation, "id" | "title">): Kind => ({
  changes: { augmentation: { id: "a", title: "a", ...augmentation } },
});

const KINDS: Readonly<Record<string, Kind>> = {
  "plain SGD": { recipe: { optimiser: { kind: "sgd" } } },
  "momentum": {},
  "weight decay": { recipe: { weightDecay: 0.01 } },
  "dropout and batch normalisation": { model: NORMALISED },
  "a fixed pool of distortions": distorted({ shift: 2, pool: 3 }),
  "new distortions in every epoch": distorted({ shift: 2, elastic: { alpha: 8, sigma: 4 } }),
  "two passes an epoch": { changes: { passes: 2 } },
  // Steps large enough to spoil it again: the best epoch lies before the checkpoint.
  "early stopping": {
    model: NORMALISED,
    recipe: { earlyStopping: { patience: EPOCHS } },
    changes: { learningRate: 0.3, validation: held },
  },
};

/** Trains a new network; returns the checksum of its weights, the epochs without their times, and the states saved. */
async function trainOnce(
  backend: Backend,
  { model = TINY_MODEL, recipe, changes, from }: Kind & { readonly from?: TrainingState },
) {
  const variant = tinyVariant(model);
  const network = buildNetwork(variant, { seed: 1, backend });
  const states: TrainingState[] = [];
  const { epochs, peakBytes, firstStepSeconds, compileSeconds, bestEpoch } = await train(network, digits, {
    recipe: { ...variant.recipe, ...recipe },
    learningRate: variant.learningRate,
    epochs: EPOCHS,
    seed: 1,
    backend,
    saving: { everySeconds: 0, save: (state) => states.push(state) },
    ...changes,
    ...(from && { from }),
  });
  const sha256 = await weightsSha256(network);
  network.dispose();
  return {
    states,
    firstStepSeconds,
    compileSeconds,
    end: { sha256, epochs: epochs.map(withoutTime), peakBytes, bestEpoch },
  };
}

function withoutTime({ seconds: _, ...result }: EpochResult): Omit<EpochResult, "seconds"> {
  return result;
}

const BACKENDS = {
  tuned: withTunedKernels,
  cpu: (test: (backend: Backend) => Promise<void>) => withBackend("cpu", test),
};

for (const [place, run] of Object.entries(BACKENDS)) {
  for (const [name, kind] of Object.entries(KINDS)) {
    Deno.test(`train() resumed from any epoch ends with the same bytes: ${name} (${place})`, () =>
      run(async (backend) => {
        const whole = await trainOnce(backend, kind);
        assert.equal(whole.states.length, EPOCHS - 1, "one per finished epoch, except the last");
        for (const state of whole.states) {
          const { end, firstStepSeconds, compileSeconds } = await trainOnce(backend, { ...kind, from: state });
          assert.deepEqual(end, whole.end, `from epoch ${state.epochs.length}`);
          assert.equal(firstStepSeconds, whole.firstStepSeconds);
          assert.ok(compileSeconds >= state.compileSeconds, "the first process's and this one's");
        }
      }));
  }
}

Deno.test("train() resumed with the velocities, weights or stream of another epoch ends elsewhere", () =>
  withBackend("cpu", async (backend) => {
    const { states: [first, second], end } = await trainOnce(backend, { model: NORMALISED });
    const changes: Partial<TrainingState>[] = [
      { velocities: first!.velocities },
      { weights: first!.weights },
      { dropout: first!.dropout },
    ];
    for (const change of changes) {
      const other = await trainOnce(backend, { model: NORMALISED, from: { ...second!, ...change } });
      assert.notEqual(other.end.sha256, end.sha256, Object.keys(change).join());
    }
  }));

Deno.test("train() saves nothing before it is time", () =>
  withBackend("cpu", async (backend) => {
    const states: TrainingState[] = [];
    const saving = { everySeconds: 3600, save: (state: TrainingState) => states.push(state) };
    await trainOnce(backend, { changes: { saving } });
    assert.equal(states.length, 0);
  }));

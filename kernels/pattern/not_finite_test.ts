/**
 * What is not finite must not be swallowed by a pattern's update: each parameter and each step size is NaN or infinite
 * in a seed of its own, and wherever TensorFlow.js's cpu backend then has a parameter or an error that is not finite,
 * the program has one too. It may have more: it multiplies zeros that the cpu backend leaves out.
 */
import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import { currentDevice } from "../../device/device_work.ts";
import type { Network } from "../../models/network/network.ts";
import type { Loss } from "../../models/network/operations.ts";
import type { Activation, LayerSpec, ModelSpec } from "../../models/network/spec.ts";
import { modelOf, randomNetwork } from "../../models/network/testing.ts";
import { NOT_FINITE, values, withTunedKernels } from "../testing.ts";
import { patternProgram } from "./program.ts";
import { patternThreads } from "./threads.ts";
import { PatternTrainer } from "./trainer.ts";

interface Case {
  readonly name: string;
  readonly model: ModelSpec;
  readonly hidden: Activation;
  readonly loss: Loss;
}

const CODES = [[1, -1], [-1, 1], [1, 1]] as const;

const CONVOLUTION: readonly LayerSpec[] = [
  { kind: "conv", name: "C1", maps: 2, kernel: 2, stride: 1, padding: 1, activation: "hidden" },
  { kind: "subsample", name: "S2", size: 2, activation: "hidden" },
  { kind: "flatten", name: "flatten" },
];

const RBF: readonly LayerSpec[] = [
  ...CONVOLUTION,
  { kind: "dense", name: "F3", units: 2, activation: "hidden" },
  { kind: "rbf", name: "output", codes: CODES },
];

const DENSE: readonly LayerSpec[] = [
  { kind: "flatten", name: "flatten" },
  { kind: "dense", name: "F1", units: 4, activation: "hidden" },
  { kind: "dense", name: "output", units: 3, activation: "output" },
];

const CASES: readonly Case[] = [
  ...(["scaled_tanh", "relu"] as const).map((hidden): Case => ({
    name: `dense layers, ${hidden}`,
    model: modelOf([2, 2, 1], DENSE),
    hidden,
    loss: "squared_error",
  })),
  {
    name: "convolution and subsampling",
    model: modelOf([3, 3, 1], [
      ...CONVOLUTION,
      { kind: "dense", name: "output", units: 3, activation: "output" },
    ]),
    hidden: "scaled_tanh",
    loss: "squared_error",
  },
  ...(["rbf_mse", { kind: "rbf_map", j: 0.5 }] as const).map((loss): Case => ({
    name: `RBF outputs, ${typeof loss === "string" ? loss : loss.kind}`,
    model: modelOf([3, 3, 1], RBF),
    hidden: "scaled_tanh",
    loss,
  })),
];

const PIXELS = { background: -0.1, foreground: 1.175 } as const;

const LABEL = 1;

/** Parameters and step sizes of a seed. */
interface Numbers {
  readonly parameters: Float32Array;
  readonly steps: Float32Array;
}

/** What is left after one pattern: its error, and the new parameters. */
type Outcome = readonly number[];

for (const { name, model, hidden, loss } of CASES) {
  Deno.test(`PatternTrainer with ${name}: what is not finite is not swallowed, in any position`, () =>
    withTunedKernels(async (backend) => {
      const factor = loss === "squared_error" ? 0.5 : 1;
      const network = { model, hidden, output: "scaled_tanh", loss, errorFactor: factor, pixels: PIXELS } as const;
      const program = patternProgram(network, patternThreads(backend));
      const finite = {
        parameters: values([program.parameters], 1).dataSync<"float32">(),
        steps: values([program.parameters], 2).dataSync<"float32">().map((step) => Math.abs(step) / 100),
      };
      const seeds = [finite, ...withEachNotFinite(finite)];
      // A pixel in four has no ink.
      const pixels = Uint8Array.from({ length: tf.util.sizeFromShape([...model.input]) }, (_, i) => i % 4 * 80);
      const actual = await updated(seeds, { program, pixels });
      await tf.setBackend("cpu");
      const reference = randomNetwork(model, { hidden, output: "scaled_tanh" });
      for (const [seed, numbers] of seeds.entries()) {
        const expected = referenceOf(reference, { numbers, pixels, loss });
        expected.forEach((value, i) => {
          const isKept = !Number.isFinite(actual[seed]![i]!);
          if (seed === 0) {
            assert.ok(Number.isFinite(value) && !isKept, `number ${i} of a pattern without anything wrong`);
          } else {assert.ok(
              Number.isFinite(value) || isKept,
              `seed ${seed}: number ${i} is ${actual[seed]![i]}, cpu ${value}`,
            );}
        });
      }
      reference.dispose();
    }));
}

function withEachNotFinite({ parameters, steps }: Numbers): Numbers[] {
  return [...parameters.keys()].flatMap((at) =>
    NOT_FINITE.flatMap((wrong) => [
      { parameters: parameters.with(at, wrong), steps },
      { parameters, steps: steps.with(at, wrong) },
    ])
  );
}

/** Trains all seeds on one pattern. */
async function updated(
  seeds: readonly Numbers[],
  { program, pixels }: { readonly program: ReturnType<typeof patternProgram>; readonly pixels: Uint8Array },
): Promise<Outcome[]> {
  const patterns = { count: 1, pixels, labels: Uint8Array.of(LABEL) };
  const orders = seeds.map(() => Uint32Array.of(0));
  const trainer = new PatternTrainer(currentDevice(), { program, patterns, orders });
  trainer.setParameters(joined(seeds.map(({ parameters }) => parameters)));
  trainer.startPass(joined(seeds.map(({ steps }) => steps)));
  trainer.run(1);
  const { parameters, metrics } = await trainer.finishPass();
  trainer.dispose();
  const { parameters: size } = program;
  return seeds.map((_, seed) => [metrics[2 * seed]!, ...parameters.subarray(seed * size, (seed + 1) * size)]);
}

/** The same with TensorFlow.js's gradients. */
function referenceOf(
  network: Network,
  { numbers: { parameters, steps }, pixels, loss }: {
    readonly numbers: Numbers;
    readonly pixels: Uint8Array;
    readonly loss: Loss;
  },
): Outcome {
  return tf.tidy(() => {
    const variables = network.parameters.map(({ variable }) => variable);
    let start = 0;
    const stepSizes = variables.map((variable) => {
      const [from, to] = [start, start += variable.size];
      variable.assign(tf.tensor(parameters.slice(from, to), variable.shape));
      return tf.tensor(steps.slice(from, to), variable.shape);
    });
    const { background, foreground } = PIXELS;
    const input = Float32Array.from(pixels, (byte) => background + byte * (foreground - background) / 255);
    const images = tf.tensor4d(input, [1, ...network.spec.input]);
    const { value, grads } = tf.engine().gradients(
      () => network.losses(images, tf.tensor1d([LABEL], "int32"), { loss }),
      variables,
      tf.tensor2d([[1, 0]]),
    );
    const moved = variables.map((w, i) => tf.sub(w, tf.mul(grads[i]!, stepSizes[i]!)));
    return [value.dataSync()[0]!, ...moved.flatMap((tensor) => [...tensor.dataSync()])];
  });
}

function joined(parts: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  return Float32Array.from(parts.flatMap((part) => [...part]));
}

import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { assertClose, cpuTest } from "../../device/testing.ts";
import { LECUN_1989 } from "../lecun1989.ts";
import { LENET_1 } from "../lenet1.ts";
import { LENET_4 } from "../lenet4.ts";
import { LENET_5 } from "../lenet5.ts";
import type { Loss } from "./operations.ts";
import { paperNetworks, randomImages, randomNetwork } from "./testing.ts";
import { run, unroll, type Unrolled } from "./unrolled.ts";

const IMAGES = 2;

const SQUASHED = { hidden: "scaled_tanh", output: "scaled_tanh" } as const;

/** float32 sums of some hundred products; derivatives by steps of 1e-4 in float64 are closer than that. */
const TOLERANCE = 1e-5;

/** The losses of an image as the papers define them, from outputs by plain loops. */
function lossOf(network: Unrolled, weights: readonly number[], { image, label, loss }: {
  image: number[];
  label: number;
  loss: Loss;
}): number {
  const { outputs } = run(network, weights, image);
  if (loss === "squared_error") {
    return outputs.reduce((sum, y, i) => sum + (y - (i === label ? 1 : -1)) ** 2 / 2, 0);
  }
  const others = typeof loss === "object"
    ? Math.log(outputs.reduce((sum, y) => sum + Math.exp(y), Math.exp(-loss.j)))
    : 0;
  return others - outputs[label]!;
}

cpuTest(
  "build() computes outputs, losses and gradients of the papers' layers as connection by connection",
  () =>
    fc.assert(
      fc.property(paperNetworks, fc.boolean(), (spec, byMap) => {
        const network = randomNetwork(spec);
        const unrolled = unroll(spec);
        const loss: Loss = !unrolled.codes ? "squared_error" : byMap ? { kind: "rbf_map", j: 0.1 } : "rbf_mse";
        const variables = network.parameters.map(({ variable }) => variable);
        const weights = variables.flatMap((variable) => [...variable.dataSync()]);
        const pixels = randomImages(IMAGES, spec.input);
        const size = pixels.length / IMAGES;
        const images = Array.from({ length: IMAGES }, (_, i) => pixels.slice(i * size, (i + 1) * size));
        const labels = images.map((_, i) => i);

        const x = tf.tensor4d(pixels, [IMAGES, ...spec.input]);
        const expected = images.flatMap((image) => run(unrolled, weights, image).outputs);
        assertClose(network.forward(x).dataSync(), expected, { tolerance: TOLERANCE, what: "output" });

        const { value, grads } = tf.variableGrads(
          () => tf.sum(tf.slice(network.losses(x, tf.tensor1d(labels, "int32"), { loss }), [0, 0], [-1, 1])).asScalar(),
          variables,
        );
        const total = (weights: readonly number[]) =>
          images.reduce((sum, image, label) => sum + lossOf(unrolled, weights, { image, label, loss }), 0);
        assertClose(value.dataSync(), [total(weights)], { tolerance: TOLERANCE, what: "loss" });
        const step = 1e-4;
        const slopes = weights.map((weight, k) =>
          (total(weights.with(k, weight + step)) - total(weights.with(k, weight - step))) / (2 * step)
        );
        const gradients = variables.flatMap(({ name }) => [...grads[name]!.dataSync()]);
        assertClose(gradients, slopes, { tolerance: TOLERANCE, what: "gradient" });
        network.dispose();
      }),
      { seed: 1, numRuns: 20 },
    ),
);

for (const spec of [LECUN_1989, LENET_1, LENET_4, LENET_5]) {
  cpuTest(`build() computes the outputs of ${spec.id} as connection by connection`, () => {
    const network = randomNetwork(spec, SQUASHED);
    const weights = network.parameters.flatMap(({ variable }) => [...variable.dataSync()]);
    const image = randomImages(1, spec.input);
    const { outputs } = run(unroll(spec, SQUASHED), weights, image);
    const x = tf.tensor4d(image, [1, ...spec.input]);
    assertClose(network.forward(x).dataSync(), outputs, { tolerance: TOLERANCE, what: "output" });
    network.dispose();
  });
}

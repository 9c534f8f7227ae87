import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { stream } from "../../base/random.ts";
import { assertClose, cpuTest, gpuTest } from "../../device/testing.ts";
import { LECUN_1989 } from "../lecun1989.ts";
import { LENET_1 } from "../lenet1.ts";
import { LENET_5_DENSE_OUTPUT } from "../lenet5.ts";
import { outputShape } from "./count.ts";
import type { BuildOptions, Network } from "./network.ts";
import type { Activation, ConvLayer, LayerSpec, ModelSpec, Shape } from "./spec.ts";
import { modelOf, randomImages, randomNetwork, setParameter, tableOf } from "./testing.ts";

/** float32 sums of some hundred products in another order, and another tanh, differ by less than this. */
const TOLERANCE = 2e-6;
const ACTIVATIONS: readonly Activation[] = ["linear", "relu", "tanh", "scaled_tanh", "sigmoid"];

/** Outputs for random images, and the gradients of a weighted sum of them by the images and every parameter. */
async function outputsAndGradients(network: Network, images: number): Promise<Map<string, Float32Array>> {
  const pixels = randomImages(images, network.spec.input);
  const x = tf.tidy(() => tf.variable(tf.tensor4d(pixels, [images, ...network.spec.input])));
  const outputs = tf.tidy(() => network.forward(x as tf.Tensor4D));
  const random = stream(3, "weights of the sum");
  const weights = tf.tensor2d(Array.from({ length: outputs.size }, () => random.normal()), outputs.shape);
  const variables = [x, ...network.parameters.map(({ variable }) => variable)];
  const { value, grads } = tf.variableGrads(
    () => tf.sum(tf.mul(network.forward(x as tf.Tensor4D), weights)).asScalar(),
    variables,
  );
  const values = new Map([["outputs", await outputs.data<"float32">()]]);
  for (const [i, name] of ["images", ...network.parameters.map(({ name }) => name)].entries()) {
    values.set(`gradient of ${name}`, await grads[variables[i]!.name]!.data<"float32">());
  }
  tf.dispose([x, outputs, weights, value, grads]);
  return values;
}

/** Everything that `spec` computes on the current webgpu backend is what it computes on the cpu backend. */
async function assertParity(spec: ModelSpec, options: Partial<BuildOptions> & { images: number }): Promise<void> {
  const compute = async () => {
    const network = randomNetwork(spec, options);
    const values = await outputsAndGradients(network, options.images);
    network.dispose();
    return values;
  };
  const actual = await compute();
  await tf.setBackend("cpu");
  const expected = await compute().finally(() => tf.setBackend("webgpu"));
  assert.deepEqual([...actual.keys()], [...expected.keys()]);
  for (const [what, values] of expected) assertClose(actual.get(what)!, values, { tolerance: TOLERANCE, what });
}

/** A layer kind with random sizes, on a random input that its window fits into. */
interface Case {
  readonly input: Shape;
  readonly layer: LayerSpec;
  readonly images: number;
}

const side = fc.integer({ min: 5, max: 9 });
const maps = fc.integer({ min: 1, max: 5 });
const images = fc.integer({ min: 1, max: 3 });
const activation = fc.constantFrom(...ACTIVATIONS);

function cases<T>(size: fc.Arbitrary<T>, layer: (size: T, input: Shape) => LayerSpec): fc.Arbitrary<Case> {
  return fc.record({ input: fc.tuple(side, side, maps), size, images })
    .map(({ input, size, images }) => ({ input, layer: layer(size, input), images }));
}

const window = fc.record({ size: fc.integer({ min: 1, max: 4 }), stride: fc.integer({ min: 1, max: 3 }) });
const convolution = fc.record({
  kernel: fc.integer({ min: 1, max: 5 }),
  stride: fc.integer({ min: 1, max: 3 }),
  padding: fc.integer({ min: 0, max: 2 }),
  maps,
  activation,
}).map((sizes) => ({ ...sizes, padding: Math.min(sizes.padding, sizes.kernel - 1) }));

const KINDS: Readonly<Record<string, fc.Arbitrary<Case>>> = {
  dense: cases(
    fc.record({ units: fc.integer({ min: 1, max: 12 }), activation }),
    (sizes) => ({ kind: "dense", name: "F", ...sizes }),
  ),
  convolution: cases(convolution, (sizes) => ({ kind: "conv", name: "C", ...sizes })),
  "convolution with a connection table": cases(
    fc.record({ sizes: convolution, picks: fc.array(fc.nat(30), { minLength: 5, maxLength: 5 }) }),
    ({ sizes, picks }, input) => ({
      kind: "conv",
      name: "C",
      ...sizes,
      connections: tableOf(picks, sizes.maps, input),
    }),
  ),
  "convolution with a border and a bias per unit": cases(
    convolution,
    (sizes) => ({ kind: "conv", name: "C", ...sizes, border: -1, bias: "per_unit" }),
  ),
  "RBF outputs": cases(
    fc.integer({ min: 1, max: 12 }),
    (units, [height, width, maps]) => ({
      kind: "rbf",
      name: "R",
      codes: Array.from(
        { length: units },
        (_, i) => Array.from({ length: height * width * maps }, (_, j) => (i * j + j) % 3 === 0 ? 1 : -1),
      ),
    }),
  ),
  "convolution in groups, without bias": cases(
    convolution,
    (sizes, [, , inputs]) => ({ kind: "conv", name: "C", ...sizes, maps: 2 * inputs, groups: inputs, bias: false }),
  ),
  "padded max pooling": cases(window, (sizes) => ({ kind: "max_pool", name: "S", ...sizes, size: 3, padding: 1 })),
  "response norm": cases(
    fc.constantFrom(1, 3, 5),
    (size) => ({ kind: "response_norm", name: "N", size, k: 2, alpha: 0.1, beta: 0.75 }),
  ),
  "max pooling": cases(window, (sizes) => ({ kind: "max_pool", name: "S", ...sizes })),
  "average pooling": cases(window, (sizes) => ({ kind: "average_pool", name: "S", ...sizes })),
  "L2 pooling": cases(window, (sizes) => ({ kind: "l2_pool", name: "S", ...sizes })),
  "a locally connected layer": cases(convolution, (sizes) => ({ kind: "local", name: "L", ...sizes })),
  "a dense layer with PReLU": cases(
    fc.integer({ min: 1, max: 12 }),
    (units) => ({ kind: "dense", name: "F", units, activation: "prelu" }),
  ),
  "a convolution with PReLU": cases(
    convolution,
    (sizes) => ({ kind: "conv", name: "C", ...sizes, activation: "prelu" }),
  ),
  "trainable subsampling": cases(
    fc.record({ size: fc.integer({ min: 1, max: 4 }), activation }),
    (sizes) => ({ kind: "subsample", name: "S", ...sizes }),
  ),
  flattening: cases(fc.constant(undefined), () => ({ kind: "flatten", name: "flatten" })),
};

for (const [kind, arbitrary] of Object.entries(KINDS)) {
  gpuTest(`build() computes outputs and gradients of ${kind} as on the cpu backend, in shapes as counted`, async () => {
    const property = fc.asyncProperty(arbitrary, async ({ input, layer, images }) => {
      const spec = modelOf(input, [layer]);
      const network = randomNetwork(spec);
      const outputs = tf.tidy(() => network.forward(tf.zeros([images, ...input])));
      assert.deepEqual(outputs.shape, [images, tf.util.sizeFromShape([...outputShape(layer, input)])]);
      tf.dispose(outputs);
      network.dispose();
      await assertParity(spec, { images });
    });
    await fc.assert(property, { seed: 1, numRuns: 8 });
  });
}

for (const name of ACTIVATIONS) {
  gpuTest(`build() computes ${name}, as hidden and output activation, as on the cpu backend`, async () => {
    const spec = modelOf([3, 3, 2], [
      { kind: "dense", name: "F1", units: 6, activation: "hidden" },
      { kind: "dense", name: "F2", units: 4, activation: "output" },
    ]);
    await assertParity(spec, { hidden: name, output: name, images: 4 });
  });
}

for (const join of ["concatenate", "add"] as const) {
  gpuTest(`build() computes branches joined by ${join} as on the cpu backend`, async () => {
    const spec = modelOf([5, 6, 2], [
      conv("first", { activation: "tanh" }),
      {
        kind: "branches",
        name: "B",
        branches: [
          [conv("a1", { activation: "tanh" }), conv("a2", { activation: "linear" })],
          [],
          [{ kind: "max_pool", name: "b1", size: 3, stride: 1, padding: 1 }],
          [conv("c1", { activation: "sigmoid" })],
        ],
        join,
        activation: "scaled_tanh",
      },
      conv("last", { activation: "tanh" }),
    ]);
    await assertParity(spec, { images: 2 });
  });
}

function conv(name: string, { activation }: Pick<ConvLayer, "activation">): ConvLayer {
  return { kind: "conv", name, maps: 3, kernel: 3, stride: 1, padding: 1, activation };
}

gpuTest("build() computes all of LeNet-1 as on the cpu backend", async () => {
  await assertParity(LENET_1, { hidden: "scaled_tanh", output: "scaled_tanh", images: 2 });
});

cpuTest("build() fills in the options' hidden and output activations, and keeps a named one", async () => {
  const outputs = async (activation: "hidden" | "output" | "linear") => {
    const spec = modelOf([1, 1, 3], [{ kind: "dense", name: "F", units: 5, activation }]);
    const network = randomNetwork(spec, { hidden: "relu", output: "sigmoid" });
    return await tf.tidy(() => network.forward(tf.ones([1, 1, 1, 3]))).data();
  };
  const linear = await outputs("linear");
  assertClose(await outputs("hidden"), linear.map((a) => Math.max(a, 0)), { tolerance: 1e-6 });
  assertClose(await outputs("output"), linear.map((a) => 1 / (1 + Math.exp(-a))), { tolerance: 1e-6 });
});

const PARTIAL: ConvLayer = {
  kind: "conv",
  name: "C",
  maps: 3,
  kernel: 2,
  stride: 1,
  padding: 0,
  activation: "linear",
  connections: [[0], [1, 2], [0, 2]],
};

gpuTest("build() computes a connection table as a loop over its pairs does", async () => {
  const [height, width, inputs] = [4, 5, 3];
  const network = randomNetwork(modelOf([height, width, inputs], [PARTIAL]));
  const pixels = randomImages(1, [height, width, inputs]);
  const weights = await network.parameters[0]!.variable.data();
  const bias = await network.parameters[1]!.variable.data();
  const { kernel, maps, connections } = PARTIAL;
  const expected: number[] = [];
  for (let row = 0; row <= height - kernel; row++) {
    for (let column = 0; column <= width - kernel; column++) {
      for (let o = 0; o < maps; o++) {
        let sum = bias[o]!;
        for (const i of connections![o]!) {
          for (let r = 0; r < kernel; r++) {
            for (let c = 0; c < kernel; c++) {
              const pixel = pixels[((row + r) * width + column + c) * inputs + i]!;
              sum += pixel * weights[((r * kernel + c) * inputs + i) * maps + o]!;
            }
          }
        }
        expected.push(sum);
      }
    }
  }
  const outputs = tf.tidy(() => network.forward(tf.tensor4d(pixels, [1, height, width, inputs])));
  assertClose(await outputs.data(), expected, { tolerance: 1e-6 });
  tf.dispose(outputs);
  network.dispose();
});

cpuTest("build() computes groups as a connection table of the groups does", async () => {
  const shape = { maps: 4, kernel: 2, stride: 1, padding: 1, activation: "tanh" } as const;
  const outputs = async (layer: ConvLayer, weights: number[]) => {
    const network = randomNetwork(modelOf([3, 4, 6], [layer]));
    setParameter(network, { name: "C/weights", values: weights });
    const images = tf.tensor4d(randomImages(2, [3, 4, 6]), [2, 3, 4, 6]);
    return await tf.tidy(() => network.forward(images)).data();
  };
  // [kernel, kernel, 3 of 6 maps in, 4 maps out]; the other half of a full kernel is masked.
  const grouped = randomImages(1, [4, 3, 4]);
  const full = [0, 1, 2, 3].flatMap((place) =>
    [0, 1, 2, 3, 4, 5].flatMap((input) =>
      [0, 1, 2, 3].map((output) =>
        Math.floor(input / 3) === Math.floor(output / 2) ? grouped[(place * 3 + input % 3) * 4 + output]! : 9
      )
    )
  );
  const connections = [[0, 1, 2], [0, 1, 2], [3, 4, 5], [3, 4, 5]];
  assertClose(
    await outputs({ kind: "conv", name: "C", ...shape, groups: 2 }, grouped),
    await outputs({ kind: "conv", name: "C", ...shape, connections }, full),
    { tolerance: 1e-6 },
  );
});

cpuTest("build() computes a response norm by the formula of Krizhevsky 2012, section 3.3", async () => {
  const [k, alpha, beta, maps] = [2, 0.3, 0.75, 6];
  const network = randomNetwork(modelOf([2, 1, maps], [
    { kind: "response_norm", name: "N", size: 5, k, alpha, beta },
  ]));
  const x = randomImages(1, [2, 1, maps]);
  const expected = x.map((value, at) => {
    const [place, map] = [Math.floor(at / maps), at % maps];
    let sum = 0;
    for (let j = Math.max(0, map - 2); j <= Math.min(maps - 1, map + 2); j++) sum += x[place * maps + j]! ** 2;
    return value / (k + alpha * sum) ** beta;
  });
  assertClose(await tf.tidy(() => network.forward(tf.tensor4d(x, [1, 2, 1, maps]))).data(), expected, {
    tolerance: 1e-6,
  });
});

cpuTest("build() adds the branches of a residual block, and concatenates those of an inception module", async () => {
  const pool: LayerSpec = { kind: "max_pool", name: "P", size: 3, stride: 1, padding: 1 };
  const outputs = async (join: "add" | "concatenate", x: number[]) => {
    const branches: LayerSpec = { kind: "branches", name: "B", branches: [[pool], []], join, activation: "relu" };
    const network = randomNetwork(modelOf([1, 3, 1], [branches]));
    return [...await tf.tidy(() => network.forward(tf.tensor4d(x, [1, 1, 3, 1]))).data()];
  };
  assert.deepEqual(await outputs("add", [-4, 1, 2]), [0, 3, 4]);
  assert.deepEqual(await outputs("concatenate", [-4, 1, 2]), [1, 0, 2, 1, 2, 2]);
  // Were the padding zeros, the largest of negative values would be 0 and the sums too.
  assert.deepEqual(await outputs("concatenate", [-4, -1, -2]), [0, 0, 0, 0, 0, 0]);
});

gpuTest("build() starts unconnected weights at 0 with gradient 0, and no others", async () => {
  const spec = modelOf([4, 4, 3], [PARTIAL]);
  const network = randomNetwork(spec);
  const weights = await network.parameters[0]!.variable.data();
  const gradient = (await outputsAndGradients(network, 2)).get("gradient of C/weights")!;
  for (let k = 0; k < weights.length; k++) {
    const [input, output] = [Math.floor(k / PARTIAL.maps) % 3, k % PARTIAL.maps];
    const connected = PARTIAL.connections![output]!.includes(input);
    assert.equal(weights[k] !== 0, connected, `weight ${k}`);
    assert.equal(gradient[k] !== 0, connected, `gradient ${k}`);
  }
  network.dispose();
});

gpuTest("build() leaves no tensor behind after running and disposing", async () => {
  const before = tf.memory().numTensors;
  for (const spec of [LENET_1, LENET_5_DENSE_OUTPUT]) {
    const network = randomNetwork(spec);
    await outputsAndGradients(network, 1);
    network.dispose();
  }
  assert.equal(tf.memory().numTensors, before);
});

cpuTest("build() draws biases of single units as those of maps: uniform in +-2.4 / fan-in", () => {
  const network = randomNetwork(LECUN_1989);
  for (const [name, fanIn] of [["H1/bias", 25], ["H2/bias", 8 * 25]] as const) {
    const { variable } = network.parameters.find((parameter) => parameter.name === name)!;
    const largest = Math.max(...Array.from(variable.dataSync(), Math.abs));
    assert.ok(largest <= 2.4 / fanIn && largest > 0.95 * 2.4 / fanIn, `${name}: ${largest}`);
  }
  network.dispose();
});

cpuTest("build() names parameters by layer and role, and draws each from a stream of that name", () => {
  const drawn: string[] = [];
  const random = (name: string) => {
    drawn.push(name);
    return stream(1, name);
  };
  const network = randomNetwork(LENET_1, { random });
  const names = network.parameters.map(({ name }) => name);
  assert.deepEqual(names, [
    "H1/weights",
    "H1/bias",
    "H2/coefficient",
    "H2/bias",
    "H3/weights",
    "H3/bias",
    "H4/coefficient",
    "H4/bias",
    "output/weights",
    "output/bias",
  ]);
  assert.deepEqual(drawn, names);
  network.dispose();
});

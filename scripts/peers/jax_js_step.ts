/**
 * Training steps in jax-js on WebGPU, for `deno task bench kernels` to compare with its own. The protocol is that of
 * torch_step.py: one line of JSON per request and reply.
 *
 * jax-js is no dependency of the project. So it is imported by a name that Deno does not look up before this script
 * runs, and the types it needs are declared here.
 *
 * @module
 */
import type { LayerSpec, ModelSpec } from "../../models/network/spec.ts";
import { linesOf } from "./lines.ts";
import type { Reply, Request, StepRequest } from "./peers.ts";

const VERSION = "0.1.25";
const CLASSES = 10;

/** An array is used up by whatever takes it; `ref` is the same array to be used once more. */
interface JaxArray {
  readonly ref: JaxArray;
  readonly shape: readonly number[];
  add(other: JaxArray): JaxArray;
  sub(other: JaxArray): JaxArray;
  mul(other: JaxArray | number): JaxArray;
  reshape(shape: readonly number[]): JaxArray;
  max(): JaxArray;
  mean(): JaxArray;
  sum(): JaxArray;
}

interface Jax {
  init(device: "webgpu"): Promise<readonly string[]>;
  defaultDevice(device: "webgpu"): void;
  getWebGPUDevice(): GPUDevice & { readonly adapterInfo: GPUAdapterInfo };
  blockUntilReady(state: State): Promise<unknown>;
  grad(f: Loss): (...values: Parameters<Loss>) => JaxArray[];
  jit<F extends (...values: never[]) => unknown>(f: F): F;
  readonly numpy: {
    array(
      values: Float32Array | Int32Array,
      options: { readonly shape: readonly number[]; readonly dtype: "float32" | "int32" },
    ): JaxArray;
    dot(a: JaxArray, b: JaxArray): JaxArray;
  };
  readonly nn: {
    relu(x: JaxArray): JaxArray;
    oneHot(labels: JaxArray, classes: number): JaxArray;
    logSoftmax(x: JaxArray): JaxArray;
  };
  readonly lax: {
    conv(x: JaxArray, w: JaxArray, strides: readonly number[], padding: readonly (readonly number[])[]): JaxArray;
    reduceWindow(
      x: JaxArray,
      f: (window: JaxArray) => JaxArray,
      size: readonly number[],
      strides: readonly number[],
    ): JaxArray;
  };
}

/** Weight and bias of each layer that has them, in order, and what momentum remembers of each. */
interface State {
  readonly weights: JaxArray[];
  readonly velocities: JaxArray[];
}

type Loss = (weights: JaxArray[], x: JaxArray, labels: JaxArray) => JaxArray;

/** A layer on images [n, maps, height, width]: shapes of its weight and bias, if any, and what it computes. */
interface Layer {
  readonly shapes: readonly (readonly number[])[];
  readonly forward: (x: JaxArray, weights: readonly JaxArray[]) => JaxArray;
}

const jax = await load();
const { numpy: np, nn, lax } = jax;

/** jax-js on WebGPU; if it isn't available, says why and exits. */
async function load(): Promise<Jax> {
  try {
    const jax: Jax = await import(`npm:@jax-js/jax@${VERSION}`);
    if (!(await jax.init("webgpu")).includes("webgpu")) return leave("No WebGPU adapter answers");
    jax.defaultDevice("webgpu");
    return jax;
  } catch {
    return leave(`jax-js ${VERSION} is not in Deno's cache`);
  }
}

function leave(reason: string): never {
  console.error(reason);
  Deno.exit(1);
}

/** The record's layers. */
function layersOf({ input, layers }: ModelSpec): Layer[] {
  let [height, width, maps] = input;
  return layers.map((layer) => {
    const built = buildLayer(layer, { height, width, maps });
    [height, width, maps] = built.output;
    const isHidden = "activation" in layer && layer.activation === "hidden";
    return {
      shapes: built.shapes,
      forward: (x, weights) => isHidden ? nn.relu(built.forward(x, weights)) : built.forward(x, weights),
    };
  });
}

function buildLayer(
  layer: LayerSpec,
  { height, width, maps }: { height: number; width: number; maps: number },
): Layer & { output: [number, number, number] } {
  const windows = (side: number, size: number, stride: number) => Math.floor((side - size) / stride) + 1;
  if (layer.kind === "flatten") {
    const inputs = height * width * maps;
    return { shapes: [], output: [1, 1, inputs], forward: (x) => x.reshape([x.shape[0]!, inputs]) };
  }
  if (layer.kind === "dense") {
    const { units } = layer;
    return {
      shapes: [[maps, units], [units]],
      output: [1, 1, units],
      forward: (x, [w, b]) => np.dot(x, w!).add(b!),
    };
  }
  if (layer.kind === "conv" && !layer.connections) {
    const { kernel, stride, padding } = layer;
    return {
      shapes: [[layer.maps, maps, kernel, kernel], [layer.maps, 1, 1]],
      output: [
        windows(height + 2 * padding, kernel, stride),
        windows(width + 2 * padding, kernel, stride),
        layer.maps,
      ],
      forward: (x, [w, b]) => lax.conv(x, w!, [stride, stride], [[padding, padding], [padding, padding]]).add(b!),
    };
  }
  if (layer.kind === "max_pool" || layer.kind === "average_pool") {
    const { size, stride, kind } = layer;
    const reduce = (window: JaxArray) => kind === "max_pool" ? window.max() : window.mean();
    return {
      shapes: [],
      output: [windows(height, size, stride), windows(width, size, stride), maps],
      forward: (x) => lax.reduceWindow(x, reduce, [size, size], [stride, stride]),
    };
  }
  throw new RangeError(`Layer "${layer.name}" of kind "${layer.kind}" is not in this script`);
}

/** A function that takes `runs` steps and waits for them. */
function trainingSteps({ model, batch, stepSize, momentum }: StepRequest): (runs: number) => Promise<void> {
  const layers = layersOf(model);
  const loss: Loss = (weights, x, labels) => {
    let used = 0;
    const logits = layers.reduce((x, { shapes, forward }) => {
      const own = weights.slice(used, used + shapes.length);
      used += shapes.length;
      return forward(x, own);
    }, x);
    return nn.oneHot(labels, CLASSES).mul(nn.logSoftmax(logits)).sum().mul(-1 / batch);
  };
  const update = jax.jit(({ weights, velocities }: State, x: JaxArray, labels: JaxArray): State => {
    const gradients = jax.grad(loss)(weights.map((w) => w.ref), x, labels);
    const moved = velocities.map((v, i) => v.mul(momentum).add(gradients[i]!));
    return { weights: weights.map((w, i) => w.sub(moved[i]!.ref.mul(stepSize))), velocities: moved };
  });

  const [height, width, maps] = model.input;
  const shapes = layers.flatMap((layer) => layer.shapes);
  const pixels = values(batch * height * width * maps, 1);
  const labels = Int32Array.from({ length: batch }, (_, i) => i % CLASSES);
  let state: State = {
    weights: shapes.map((shape) => array(shape, 0.05)),
    velocities: shapes.map((shape) => array(shape, 0)),
  };
  return async (runs) => {
    for (let run = 0; run < runs; run++) {
      const x = np.array(pixels, { shape: [batch, maps, height, width], dtype: "float32" });
      state = update(state, x, np.array(labels, { shape: [batch], dtype: "int32" }));
    }
    await jax.blockUntilReady(state);
  };
}

function array(shape: readonly number[], scale: number): JaxArray {
  return np.array(values(shape.reduce((n, m) => n * m, 1), scale), { shape, dtype: "float32" });
}

/** Values that differ; nothing but the time depends on them. */
function values(count: number, scale: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => scale * Math.sin(i * i));
}

let steps: (runs: number) => Promise<void> = () => Promise.resolve();

async function reply(request: Request): Promise<Reply> {
  if ("model" in request) {
    try {
      steps = trainingSteps(request);
      return {};
    } catch (error) {
      if (error instanceof RangeError) return { refusal: error.message };
      throw error;
    }
  }
  const started = performance.now();
  await steps(request.runs);
  return { ms: performance.now() - started };
}

// Ctrl-C is for the benchmark, which stops this process when it has finished.
Deno.addSignalListener("SIGINT", () => {});
console.log(JSON.stringify({
  adapter: jax.getWebGPUDevice().adapterInfo.description,
  versions: `jax-js ${VERSION}, Deno ${Deno.version.deno}`,
}));
for await (const line of linesOf(Deno.stdin.readable)) console.log(JSON.stringify(await reply(JSON.parse(line))));

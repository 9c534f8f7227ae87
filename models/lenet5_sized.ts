/**
 * Networks of LeNet-5's sizes, in the form used in teaching: two convolutions and three dense layers, and after each
 * convolution something that makes the maps smaller. Pooling without weights, no connection table, 28x28 images.
 *
 * @module
 */
import type { ExpectedCounts, LayerSpec, ListedModel, PoolLayer } from "./network/spec.ts";

/** What follows each convolution, and what the convolutions themselves do. */
interface Reduction {
  readonly id: string;
  readonly title: string;
  /** Layers after convolution `stage`, 1 or 2. */
  readonly after: (stage: number) => readonly LayerSpec[];
  /** Stride of both convolutions; 1 if left out. */
  readonly stride?: number;
  /** Zeros around the second convolution's input; none if left out. */
  readonly secondPadding?: number;
  /** Those of max pooling if left out. */
  readonly expected?: ExpectedCounts;
}

const SOURCE = "LeCun 1998, section II.B, in the form that is usual in teaching: its sizes, pooling without weights";

/** Counts of networks whose pooling has no weights and whose first dense layer reads 400 values. */
const USUAL_COUNTS: ExpectedCounts = {
  parameters: 61_706,
  source: "156 + 2,416 + 48,120 + 10,164 + 850, by hand: the PyTorch tutorial's LeNet with one input map",
};

/** Max pooling 2x2. */
export const LENET_5_SIZED = lenet5Sized({
  id: "lenet5-sized",
  title: "LeNet-5-sized, max pooling",
  after: (stage) => [pool("max_pool", stage)],
});

/** The 1990 net's averages, without coefficients. */
export const LENET_5_SIZED_AVERAGE = lenet5Sized({
  id: "lenet5-sized-average",
  title: "LeNet-5-sized, average pooling",
  after: (stage) => [pool("average_pool", stage)],
});

export const LENET_5_SIZED_L2 = lenet5Sized({
  id: "lenet5-sized-l2",
  title: "LeNet-5-sized, L2 pooling",
  after: (stage) => [pool("l2_pool", stage)],
});

/** A coefficient and a bias per map, then squashing, as in 1998. */
export const LENET_5_SIZED_SUBSAMPLE = lenet5Sized({
  id: "lenet5-sized-subsample",
  title: "LeNet-5-sized, trainable subsampling",
  after: (stage) => [{ kind: "subsample", name: `S${stage}`, size: 2, activation: "hidden" }],
  expected: { parameters: 61_750, source: "the 61,706 with max pooling, and 2 * (6 + 16), by hand" },
});

/** No pooling, every second position of each convolution. */
export const LENET_5_SIZED_STRIDED = lenet5Sized({
  id: "lenet5-sized-strided",
  title: "LeNet-5-sized, strided convolutions",
  stride: 2,
  after: () => [],
});

/** AlexNet's windows, which overlap; the second convolution is padded, so that the maps stay 5x5. */
export const LENET_5_SIZED_OVERLAPPING_MAX = lenet5Sized({
  id: "lenet5-sized-overlapping-max",
  title: "LeNet-5-sized, overlapping max pooling",
  secondPadding: 1,
  after: (stage) => [pool("max_pool", stage, { size: 3 })],
});

export const LENET_5_SIZED_OVERLAPPING_AVERAGE = lenet5Sized({
  id: "lenet5-sized-overlapping-average",
  title: "LeNet-5-sized, overlapping average pooling",
  secondPadding: 1,
  after: (stage) => [pool("average_pool", stage, { size: 3 })],
});

/** Nothing makes the maps smaller, so that the first dense layer reads 9,216 values. */
export const LENET_5_SIZED_UNPOOLED = lenet5Sized({
  id: "lenet5-sized-unpooled",
  title: "LeNet-5-sized, no pooling",
  after: () => [],
  expected: { parameters: 1_119_626, source: "the 61,706 with max pooling, and 120 * (24 * 24 * 16 - 400), by hand" },
});

function lenet5Sized(
  { id, title, after, stride = 1, secondPadding = 0, expected = USUAL_COUNTS }: Reduction,
): ListedModel {
  const conv = (name: string, { maps, padding }: { maps: number; padding: number }): LayerSpec => (
    { kind: "conv", name, maps, kernel: 5, stride, padding, activation: "hidden" }
  );
  return {
    id,
    title,
    input: [28, 28, 1],
    fit: "as_is",
    layers: [
      conv("C1", { maps: 6, padding: 2 }),
      ...after(1),
      conv("C2", { maps: 16, padding: secondPadding }),
      ...after(2),
      { kind: "flatten", name: "flatten" },
      { kind: "dense", name: "F1", units: 120, activation: "hidden" },
      { kind: "dense", name: "F2", units: 84, activation: "hidden" },
      { kind: "dense", name: "output", units: 10, activation: "output" },
    ],
    source: SOURCE,
    expected,
  };
}

function pool(kind: PoolLayer["kind"], stage: number, { size = 2 } = {}): PoolLayer {
  return { kind, name: `S${stage}`, size, stride: 2 };
}

/**
 * Residual networks (He, Zhang, Ren and Sun 2015) with 18, 34 and 50 layers.
 *
 * Shortcuts are the identity, or a 1x1 convolution if the shape changes (the paper's option B); bottlenecks halve
 * the size in their first convolution, as in the paper. A batch norm follows every convolution, which has no bias.
 *
 * @module
 */
import type { ConvLayer, ExpectedCounts, LayerSpec, ListedModel } from "../network/spec.ts";
import { averageAndClasses, conv, INPUT, maxPool } from "./layers.ts";

export const RESNET_18 = resNet({
  id: "resnet18",
  title: "ResNet-18",
  depths: [2, 2, 2, 2],
  block: basic,
  expansion: 1,
  expected: {
    parameters: 11_689_512,
    macs: 1_816_557_056,
    source: countSource("1.8"),
  },
});

export const RESNET_34 = resNet({
  id: "resnet34",
  title: "ResNet-34",
  depths: [3, 4, 6, 3],
  block: basic,
  expansion: 1,
  expected: {
    parameters: 21_797_672,
    macs: 3_667_499_520,
    source: countSource("3.6"),
  },
});

export const RESNET_50 = resNet({
  id: "resnet50",
  title: "ResNet-50",
  depths: [3, 4, 6, 3],
  block: bottleneck,
  expansion: 4,
  expected: {
    parameters: 25_557_032,
    macs: 3_868_560_384,
    source: countSource("3.8"),
  },
});

function countSource(billions: string): string {
  return "counted separately from the layer list, with one operation per normalised value; " +
    `table 1 of the paper says ${billions} billion operations`;
}

/** The layers parallel to a shortcut. */
type Block = (name: string, place: { maps: number; stride: number }) => LayerSpec[];

interface Family {
  readonly id: string;
  readonly title: string;
  /** Blocks per stage. */
  readonly depths: readonly number[];
  readonly block: Block;
  /** A block's number of output maps, divided by that of its 3x3 convolutions. */
  readonly expansion: number;
  readonly expected: ExpectedCounts;
}

function resNet({ id, title, depths, block, expansion, expected }: Family): ListedModel {
  const stages = depths.flatMap((depth, stage) =>
    Array.from({ length: depth }, (_, i) => {
      const maps = 64 * 2 ** stage;
      const stride = stage > 0 && i === 0 ? 2 : 1;
      const isReshaped = i === 0 && (stage > 0 || expansion > 1);
      const name = `conv${stage + 2}_${i + 1}`;
      return residual(name, {
        main: block(name, { maps, stride }),
        shortcut: isReshaped ? normalised(`${name} shortcut`, { maps: expansion * maps, kernel: 1, stride }) : [],
      });
    })
  );
  return {
    id,
    title,
    input: INPUT,
    fit: "as_is",
    layers: [
      ...normalised("conv1", { maps: 64, kernel: 7, stride: 2 }, "relu"),
      maxPool("pool1", { size: 3, stride: 2, padding: 1 }),
      ...stages,
      ...averageAndClasses(),
    ],
    source: "He, Zhang, Ren and Sun 2015, arXiv 1512.03385, table 1",
    expected,
  };
}

function residual(
  name: string,
  { main, shortcut }: { main: readonly LayerSpec[]; shortcut: readonly LayerSpec[] },
): LayerSpec {
  return { kind: "branches", name, branches: [main, shortcut], join: "add", activation: "relu" };
}

/** Two 3x3 convolutions. */
function basic(name: string, { maps, stride }: { maps: number; stride: number }): LayerSpec[] {
  return [
    ...normalised(`${name} a`, { maps, kernel: 3, stride }, "relu"),
    ...normalised(`${name} b`, { maps, kernel: 3 }),
  ];
}

/** 1x1 to fewer maps, 3x3, and 1x1 to four times as many. */
function bottleneck(name: string, { maps, stride }: { maps: number; stride: number }): LayerSpec[] {
  return [
    ...normalised(`${name} a`, { maps, kernel: 1, stride }, "relu"),
    ...normalised(`${name} b`, { maps, kernel: 3 }, "relu"),
    ...normalised(`${name} c`, { maps: 4 * maps, kernel: 1 }),
  ];
}

function normalised(
  name: string,
  sizes: Pick<ConvLayer, "maps" | "kernel"> & Partial<ConvLayer>,
  activation: "relu" | "linear" = "linear",
): LayerSpec[] {
  return [
    conv(name, { ...sizes, activation: "linear", bias: false }),
    { kind: "batch_norm", name: `${name} norm`, activation },
  ];
}

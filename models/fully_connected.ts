/**
 * The fully connected nets of LeCun 1998: a linear classifier, LeNet-300 and LeNet-300-100.
 *
 * @module
 */
import type { LayerSpec, ListedModel, ModelSpec } from "./network/spec.ts";

/** 784-10. */
export const LINEAR: ListedModel = {
  ...fullyConnected([], "LeCun 1998, section III.C.1"),
  expected: { parameters: 7_850, connections: 7_850, macs: 7_840, source: "784 * 10 weights and 10 biases, by hand" },
};
/** 784-300-10. */
export const FC_300: ListedModel = {
  ...fullyConnected([300], "LeCun 1998, section III.C.5"),
  expected: {
    parameters: 238_510,
    source: "785 * 300 + 301 * 10, by hand; figure 12 of LeCun 1998 prints no count for 28x28 pixels",
  },
};
/** 784-800-10. */
export const FC_800: ListedModel = {
  ...fullyConnected([800], "Simard, Steinkraus and Platt 2003, ICDAR, 958-962"),
  expected: { parameters: 636_010, source: "785 * 800 + 801 * 10, by hand" },
};
/** 784-300-100-10. */
export const FC_300_100: ListedModel = {
  ...fullyConnected([300, 100], "LeCun 1998, section III.C.6"),
  expected: {
    parameters: 266_610,
    source: "785 * 300 + 301 * 100 + 101 * 10, by hand; figure 12 of LeCun 1998 prints 267 thousand",
  },
};

/** A network of dense layers: `hidden` units each, then ten outputs. */
export function fullyConnected(hidden: readonly number[], source: string): ModelSpec {
  const layers: LayerSpec[] = [{ kind: "flatten", name: "flatten" }];
  hidden.forEach((units, i) => layers.push({ kind: "dense", name: `F${i + 1}`, units, activation: "hidden" }));
  layers.push({ kind: "dense", name: "output", units: 10, activation: "output" });
  const title = [784, ...hidden, 10].join("-");
  return { id: `fc-${title}`, title, input: [28, 28, 1], fit: "as_is", layers, source };
}

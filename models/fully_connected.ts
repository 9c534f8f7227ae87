/**
 * The fully connected nets of LeCun 1998: a linear classifier, LeNet-300 and LeNet-300-100.
 *
 * @module
 */
import type { LayerSpec, ModelSpec } from "./network/spec.ts";

/** 784-10: 7,850 parameters (LeCun 1998, section III.C.1). */
export const LINEAR = fullyConnected([], "LeCun 1998, section III.C.1");
/** 784-300-10: 238,510 parameters (section III.C.5; figure 12 of the paper prints no count for the 28x28 net). */
export const FC_300 = fullyConnected([300], "LeCun 1998, section III.C.5");
/** 784-800-10: 636,010 parameters (Simard, Steinkraus and Platt 2003). */
export const FC_800 = fullyConnected([800], "Simard, Steinkraus and Platt 2003, ICDAR, 958-962");
/** 784-300-100-10: 266,610 parameters (section III.C.6; figure 12 prints 267 thousand). */
export const FC_300_100 = fullyConnected([300, 100], "LeCun 1998, section III.C.6");

/** A network of dense layers: `hidden` units each, then ten outputs. */
export function fullyConnected(hidden: readonly number[], source: string): ModelSpec {
  const layers: LayerSpec[] = [{ kind: "flatten", name: "flatten" }];
  hidden.forEach((units, i) => layers.push({ kind: "dense", name: `F${i + 1}`, units, activation: "hidden" }));
  layers.push({ kind: "dense", name: "output", units: 10, activation: "output" });
  const title = [784, ...hidden, 10].join("-");
  return { id: `fc-${title}`, title, input: [28, 28, 1], fit: "as_is", layers, source };
}

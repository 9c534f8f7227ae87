/**
 * The fully connected nets of LeCun 1989 and 1998, LeNet-300 and LeNet-300-100 among them.
 *
 * @module
 */
import type { InputFit, LayerSpec, ListedModel, ModelSpec } from "./network/spec.ts";

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

/** 784-1000-10. */
export const FC_1000: ListedModel = {
  ...fullyConnected([1000], "LeCun 1998, section III.C.5"),
  expected: {
    parameters: 795_010,
    source: "785 * 1000 + 1001 * 10, by hand; figure 12 of LeCun 1998 prints 795 thousand",
  },
};
/** 784-500-150-10: section III.C.6 says 1000-150 once, the paper's figures 500-150. */
export const FC_500_150: ListedModel = {
  ...fullyConnected([500, 150], "LeCun 1998, section III.C.6"),
  expected: {
    parameters: 469_160,
    source: "785 * 500 + 501 * 150 + 151 * 10, by hand; figure 12 of LeCun 1998 prints 469 thousand",
  },
};

const DESLANTED = { side: 20, fit: "deslant_to_20" } as const;

/** 400-10 on upright digits. */
export const LINEAR_DESLANTED: ListedModel = {
  ...fullyConnected([], "LeCun 1998, section III.C.1", DESLANTED),
  expected: { parameters: 4_010, source: "401 * 10, by hand; figure 12 of LeCun 1998 prints 4 thousand" },
};
/** 400-300-10 on upright digits. */
export const FC_300_DESLANTED: ListedModel = {
  ...fullyConnected([300], "LeCun 1998, section III.C.5", DESLANTED),
  expected: {
    parameters: 123_310,
    source: "401 * 300 + 301 * 10, by hand; figure 12 of LeCun 1998 prints 123 thousand",
  },
};

/** 256-40-10 on the digits of USPS. */
export const FC_40_USPS: ListedModel = {
  ...fullyConnected([40], "LeCun 1989, for comparison with its network", { side: 16, fit: "as_is" }),
  expected: { parameters: 10_690, source: "LeCun 1989; 257 * 40 + 41 * 10, by hand" },
};

/** A network of dense layers: `hidden` units each, then ten outputs; for images of `side` x `side` pixels. */
export function fullyConnected(
  hidden: readonly number[],
  source: string,
  { side, fit }: { readonly side: number; readonly fit: InputFit } = { side: 28, fit: "as_is" },
): ModelSpec {
  const layers: LayerSpec[] = [{ kind: "flatten", name: "flatten" }];
  hidden.forEach((units, i) => layers.push({ kind: "dense", name: `F${i + 1}`, units, activation: "hidden" }));
  layers.push({ kind: "dense", name: "output", units: 10, activation: "output" });
  const title = [side ** 2, ...hidden, 10].join("-");
  return { id: `fc-${title}`, title, input: [side, side, 1], fit, layers, source };
}

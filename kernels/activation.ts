/** Activations that a kernel can apply to its result before it stores it, and their derivatives. @module */
import { SCALED_TANH } from "../models/activations.ts";
import type { Width } from "./program.ts";
import { floats } from "./wgsl.ts";

/** WGSL by activation: `of(x)`, and its derivative as an expression of the activated value `y`. */
const ACTIVATIONS = {
  linear: { of: (x) => x, derivative: (_, width) => splat("1.0", width) },
  relu: {
    of: (x, width) => `max(${x}, ${splat("0.0", width)})`,
    derivative: (y, width) => `select(${splat("0.0", width)}, ${splat("1.0", width)}, ${y} > ${splat("0.0", width)})`,
  },
  tanh: { of: tanh, derivative: (y) => `(1.0 - ${y} * ${y})` },
  scaled_tanh: {
    of: (x, width) => `(${SCALED_TANH.amplitude} * ${tanh(`(${SCALED_TANH.slope} * (${x}))`, width)})`,
    derivative: (y) => `(${SCALED_TANH.slope} * (${SCALED_TANH.amplitude} - ${y} * ${y} / ${SCALED_TANH.amplitude}))`,
  },
  sigmoid: { of: (x) => `(1.0 / (1.0 + exp(-(${x}))))`, derivative: (y) => `(${y} * (1.0 - ${y}))` },
} as const satisfies Readonly<
  Record<string, { of: (x: string, width: Width) => string; derivative: (y: string, width: Width) => string }>
>;

export type Activation = keyof typeof ACTIVATIONS;

/** Whether a kernel's attribute names an activation that can be fused. */
export function isActivation(name: unknown): name is Activation {
  return typeof name === "string" && Object.hasOwn(ACTIVATIONS, name);
}

/** The expression `x`, of `width` floats, after `activation`. */
export function activated(x: string, { activation, width }: { activation: Activation; width: Width }): string {
  return ACTIVATIONS[activation].of(x, width);
}

/** Stores `value` at `at` in the result, times the derivative of activation `of` where its value is `values[at]`. */
export function storeTimesDerivative(
  value: string,
  { at, of, values = "activated", width }: { at: string; of: Activation; values?: string; width: Width },
): string {
  if (of === "linear") return `result[${at}] = ${value};`;
  return `{ let y = ${values}[${at}]; result[${at}] = (${value}) * ${ACTIVATIONS[of].derivative("y", width)}; }`;
}

/** Saturates where a quotient of exponentials would overflow. */
function tanh(x: string, width: Width): string {
  return `tanh(clamp(${x}, ${splat("-15.0", width)}, ${splat("15.0", width)}))`;
}

function splat(scalar: string, width: Width): string {
  return `${floats(width)}(${scalar})`;
}

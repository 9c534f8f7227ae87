/** Activations that a kernel can apply to its result before it stores it, and their derivatives. @module */
import { LEAKY_SLOPE, SCALED_TANH } from "../../models/network/activations.ts";
import type { Activation } from "../../models/network/spec.ts";
import { floats, keepingNaN, type Width } from "./writer.ts";

/** WGSL by activation: of the name `x`, and its derivative as an expression of the name `y` of the activated value. */
const ACTIVATIONS = {
  linear: { of: (x) => x, derivative: (_, width) => splat("1.0", width) },
  relu: {
    // Not max(), which may swallow what is not a number.
    of: (x, width) => `select(${x}, ${splat("0.0", width)}, ${x} < ${splat("0.0", width)})`,
    derivative: (y, width) => slope("0.0", { y, width }),
  },
  leaky_relu: {
    of: (x, width) => `select(${x}, ${LEAKY_SLOPE} * ${x}, ${x} < ${splat("0.0", width)})`,
    derivative: (y, width) => slope(`${LEAKY_SLOPE}`, { y, width }),
  },
  elu: {
    of: (x, width) => `select(${x}, exp(min(${x}, ${splat("0.0", width)})) - 1.0, ${x} < ${splat("0.0", width)})`,
    derivative: (y, width) => `select(${y} + 1.0, ${splat("1.0", width)}, ${y} > ${splat("0.0", width)})`,
  },
  softplus: {
    of: (x, width) =>
      keepingNaN(x, { value: `(max(${x}, ${splat("0.0", width)}) + log(1.0 + exp(-abs(${x}))))`, width }),
    derivative: (y, width) => keepingNaN(y, { value: `(1.0 - exp(-${y}))`, width }),
  },
  tanh: { of: (x, width) => keepingNaN(x, { value: tanh(x, width), width }), derivative: (y) => `(1.0 - ${y} * ${y})` },
  scaled_tanh: {
    of: (x, width) =>
      keepingNaN(x, { value: `(${SCALED_TANH.amplitude} * ${tanh(`(${SCALED_TANH.slope} * ${x})`, width)})`, width }),
    derivative: (y) => `(${SCALED_TANH.slope} * (${SCALED_TANH.amplitude} - ${y} * ${y} / ${SCALED_TANH.amplitude}))`,
  },
  sigmoid: {
    of: (x, width) => keepingNaN(x, { value: `(1.0 / (1.0 + exp(-${x})))`, width }),
    derivative: (y) => `(${y} * (1.0 - ${y}))`,
  },
} as const satisfies Readonly<
  Record<Activation, { of: (x: string, width: Width) => string; derivative: (y: string, width: Width) => string }>
>;

/** Whether a kernel's attribute names an activation that can be fused. */
export function isActivation(name: unknown): name is Activation {
  return typeof name === "string" && Object.hasOwn(ACTIVATIONS, name);
}

/**
 * Stores the expression `x`, of `width` floats, at `at` in the result, or in the place that `into` makes of `at`, after
 * `activation`, and does what `alsoDo` says with the name of the activated value.
 */
export function storeActivated(
  x: string,
  { at, activation, width, into = inResult, alsoDo }: {
    at: string;
    activation: Activation;
    width: Width;
    into?: (at: string) => string;
    alsoDo?: (activated: string) => string;
  },
): string {
  const { of } = ACTIVATIONS[activation];
  return `{ let x = ${x}; let activated = ${of("x", width)}; ${into(at)} = activated; ${alsoDo?.("activated") ?? ""} }`;
}

/**
 * Stores `value` like {@linkcode storeActivated}, times the derivative of activation `of` where its value is
 * `activated`, by default the input of that name at the same place.
 */
export function storeTimesDerivative(
  value: string,
  { at, of, activated = `activated[${at}]`, width, into = inResult }: {
    at: string;
    of: Activation;
    activated?: string;
    width: Width;
    into?: (at: string) => string;
  },
): string {
  if (of === "linear") return `${into(at)} = ${value};`;
  return `{ let y = ${activated}; ${into(at)} = (${value}) * ${ACTIVATIONS[of].derivative("y", width)}; }`;
}

function inResult(at: string): string {
  return `result[${at}]`;
}

/** Saturates when a quotient of exponentials would overflow. */
function tanh(x: string, width: Width): string {
  return `tanh(clamp(${x}, ${splat("-15.0", width)}, ${splat("15.0", width)}))`;
}

/** The derivative of a rectifier where its value is `y`: 1 above 0, else `negative`. */
function slope(negative: string, { y, width }: { y: string; width: Width }): string {
  const value = `select(${splat(negative, width)}, ${splat("1.0", width)}, ${y} > ${splat("0.0", width)})`;
  return keepingNaN(y, { value, width });
}

function splat(scalar: string, width: Width): string {
  return `${floats(width)}(${scalar})`;
}

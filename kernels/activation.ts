/** Activations that a kernel can apply to its result before it stores it. @module */
import type { Width } from "./program.ts";
import { floats } from "./wgsl.ts";

const ACTIVATIONS = {
  linear: (x: string) => x,
  relu: (x: string, width: Width) => `max(${x}, ${floats(width)}(0.0))`,
} as const;

export type Activation = keyof typeof ACTIVATIONS;

/** Whether a kernel's attribute names an activation that can be fused. */
export function isActivation(name: unknown): name is Activation {
  return typeof name === "string" && Object.hasOwn(ACTIVATIONS, name);
}

/** The expression `x`, of `width` floats, after `activation`. */
export function activated(x: string, { activation, width }: { activation: Activation; width: Width }): string {
  return ACTIVATIONS[activation](x, width);
}

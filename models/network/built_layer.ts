/**
 * What building a layer starts from and ends with.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { initialValues, type ParameterShape } from "./initialise.ts";
import type { BuildOptions, Dropout, Masks, NamedVariable, Parameter } from "./network.ts";
import type { InputKind, Operations, Windows } from "./operations.ts";
import type { Activation, LayerActivation } from "./spec.ts";

/** One layer, ready to run. */
export interface BuiltLayer {
  readonly parameters: readonly Parameter[];
  readonly constants: readonly tf.Tensor[];
  /** Activation of the outputs; left out by layers that only rearrange or pool values. */
  readonly activation?: Activation;
  readonly statistics?: readonly NamedVariable[];
  readonly dropouts?: readonly Dropout[];
  forward(x: tf.Tensor4D, input: InputKind): tf.Tensor4D;
  /** The windows that a pooling layer pools. */
  readonly windows?: Windows;
  /** The layer and the pooling after it, if that is one operation. */
  forwardPooled?(x: tf.Tensor4D, options: { readonly input: InputKind; readonly pooling: Windows }): tf.Tensor4D;
  /** What the layer computes in training, if that differs. */
  train?(x: tf.Tensor4D, options: { readonly input: InputKind; readonly masks: Masks }): tf.Tensor4D;
}

/** What layers are built with. */
export type LayerOptions = BuildOptions & { readonly operations: Operations };

/** A trained tensor of a layer, with its first values. */
export function parameter(
  layer: string,
  role: ParameterShape["role"],
  shape: number[],
  fanIn: readonly number[],
  { initialisation, random }: BuildOptions,
): Parameter {
  const name = `${layer}/${role}`;
  const values = initialValues({ role, shape, fanIn }, { initialisation, random: random(name) });
  return { name, role, variable: tf.tidy(() => tf.variable(tf.tensor(values, shape))) };
}

/** The activation that a layer's record means; `linear` for PReLU, which is an operation of its own after the layer. */
export function activationOf(
  of: LayerActivation,
  { hidden, output }: Pick<BuildOptions, "hidden" | "output">,
): Activation {
  if (of === "prelu") return "linear";
  return of === "hidden" ? hidden : of === "output" ? output : of;
}

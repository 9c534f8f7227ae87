/**
 * Activations that suites compare, as recipes and as networks.
 *
 * @module
 */
import type { Activation, LayerSpec, ModelSpec } from "../models/network/spec.ts";
import { MODERN } from "./modern.ts";
import type { Recipe } from "./recipe.ts";

/** Those without parameters; tanh first, because ReLU was compared with it. */
export const ACTIVATIONS: readonly { readonly activation: Activation; readonly title: string }[] = [
  { activation: "tanh", title: "tanh" },
  { activation: "sigmoid", title: "sigmoid" },
  { activation: "scaled_tanh", title: "scaled tanh" },
  { activation: "relu", title: "ReLU" },
  { activation: "leaky_relu", title: "leaky ReLU" },
  { activation: "elu", title: "ELU" },
  { activation: "softplus", title: "softplus" },
];

/** The modern recipe with another hidden activation; the variance of the initial weights stays the same. */
export function withActivation(hidden: Activation): Recipe {
  return hidden === MODERN.hidden ? MODERN : { ...MODERN, id: `modern-${hidden}`, title: `Modern, ${hidden}`, hidden };
}

/** A network with PReLU in its hidden layers; the learned slopes are parameters of the network, not of a recipe. */
export function withPrelu(model: ModelSpec): ModelSpec {
  const layers = model.layers.map((layer): LayerSpec =>
    "activation" in layer && layer.activation === "hidden" ? { ...layer, activation: "prelu" } : layer
  );
  const { input, fit, source } = model;
  return { id: `${model.id}-prelu`, title: `${model.title}, PReLU`, input, fit, layers, source };
}

/**
 * A variant's network, built for the kernels of a backend.
 *
 * @module
 */
import { stream } from "../../base/random.ts";
import type { Backend } from "../../device/backend.ts";
import { TUNED } from "../../kernels/operations.ts";
import { build } from "../../models/network/build.ts";
import type { Network } from "../../models/network/network.ts";
import { type Operations, PLAIN } from "../../models/network/operations.ts";
import type { Variant } from "../../suites/suite.ts";

/** The network with the initial weights of `seed`, on `backend`, which is TensorFlow.js's current one. */
export function buildNetwork(
  { model, recipe: { hidden, output, initialisation } }: Pick<Variant, "model" | "recipe">,
  { seed, backend }: { readonly seed: number; readonly backend: Pick<Backend, "kernels"> },
): Network {
  return build(model, {
    hidden,
    output,
    initialisation,
    random: (name) => stream(seed, `init/${name}`),
    operations: operationsOf(backend),
  });
}

/** The operations that networks on `backend` are built from. */
export function operationsOf({ kernels }: Pick<Backend, "kernels">): Operations {
  return kernels === "stock" ? PLAIN : TUNED;
}

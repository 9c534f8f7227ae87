/**
 * Whether a saved training is one of a network's.
 *
 * @module
 */
import type { Network } from "../../models/network/network.ts";
import type { Recipe } from "../../recipes/recipe.ts";
import type { TrainingState } from "../running/resume/checkpoint.ts";

/**
 * Whether a training of `network` that is to last `epochs` can have stood at `state`: a file may be whole, and still hold
 * too few numbers.
 */
export function fitsTraining(
  { weights, velocities, best, epochs: finished }: TrainingState,
  network: Pick<Network, "parameters" | "statistics">,
  { recipe, epochs }: { readonly recipe: Pick<Recipe, "optimiser" | "earlyStopping">; readonly epochs: number },
): boolean {
  const parameters = sizeOf(network.parameters);
  const all = parameters + sizeOf(network.statistics);
  return weights.length === all &&
    velocities.length === (recipe.optimiser.kind === "momentum" ? parameters : 0) &&
    best?.weights.length === (recipe.earlyStopping ? all : undefined) &&
    finished.length > 0 && finished.length < epochs && finished.every(({ epoch }, i) => epoch === i + 1);
}

function sizeOf(variables: Network["statistics"]): number {
  return variables.reduce((sum, { variable }) => sum + variable.size, 0);
}

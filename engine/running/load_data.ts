/**
 * The images that a plan's networks are trained and tested on.
 *
 * @module
 */
import { UserError } from "../../base/errors.ts";
import { loadDataset, type LoadOptions } from "../../data/choose_dataset.ts";
import type { Dataset } from "../../data/dataset.ts";
import { isInputOf } from "../../data/fit.ts";
import type { Plan } from "./plan.ts";

/** Which data set, and where from; what the profile asks for where that is left out. */
export type DataOptions = Omit<LoadOptions, "images" | "sizes" | "dataset"> & Partial<Pick<LoadOptions, "dataset">>;

/**
 * Loads the data set for a plan's suite: images of its kind, and where they are drawn, as many as its profile takes.
 *
 * @throws {UserError} The data isn't available, or contains a bad file, see {@linkcode loadDataset}; or a network of the
 * plan does not take images of its size.
 */
export async function loadDataFor(
  { suite, profile, variants }: Pick<Plan, "suite" | "profile" | "variants">,
  options: DataOptions,
): Promise<Dataset> {
  const { trainImages, validationImages, testImages } = profile;
  const dataset = await loadDataset({
    dataset: profile.dataset,
    ...options,
    ...(suite.images && { images: suite.images }),
    ...(trainImages !== "all" && testImages !== "all" && {
      sizes: { train: trainImages + validationImages, test: testImages },
    }),
  });
  refuseMisfits(variants, dataset);
  return dataset;
}

/** Before anything runs: a run would otherwise fail at the first of these networks. */
function refuseMisfits(variants: Plan["variants"], { id, train }: Dataset): void {
  const misfit = variants.find(({ model }) => !isInputOf(model, train));
  if (misfit === undefined) return;
  throw new UserError(
    `Cannot train "${misfit.model.title}" on data set "${id}": its images are ${train.height}x${train.width}, which do not ` +
      "fit the network's input. Choose another --dataset, or other variants with --filter.",
  );
}

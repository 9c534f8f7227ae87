/**
 * The images that a plan's networks are trained and tested on.
 *
 * @module
 */
import { UserError } from "../../base/errors.ts";
import { loadDataset, type LoadOptions } from "../../data/choose_dataset.ts";
import { type Dataset, withNotice } from "../../data/dataset.ts";
import { isInputOf } from "../../data/fit.ts";
import type { Plan } from "./plan.ts";

/** Which data set, and where from; what the profile asks for where that is left out. */
export type DataOptions = Omit<LoadOptions, "images" | "sizes" | "dataset"> & Partial<Pick<LoadOptions, "dataset">>;

/**
 * Loads the data set for a plan's suite: images of its kind, and where they are drawn, as many as its profile takes.
 *
 * @throws {UserError} The data isn't available, or contains a bad file, see {@linkcode loadDataset}.
 */
export async function loadDataFor(
  { suite, profile }: Pick<Plan, "suite" | "profile">,
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
  return testImages === "all" || testImages === 0 || testImages >= dataset.test.count ? dataset : withNotice(
    dataset,
    `Tested on ${testImages} of the ${dataset.test.count} test images, dealt evenly from the classes.`,
  );
}

/**
 * The part of `plan` whose networks take the images of `dataset`: a suite may have arms for images of several sizes.
 *
 * @throws {UserError} None does.
 */
export function fittingPlan(plan: Plan, { id, train }: Pick<Dataset, "id" | "train">): Plan {
  const fits = ({ model }: Plan["variants"][number]) => isInputOf(model, train);
  const variants = plan.variants.filter(fits);
  if (variants.length === 0) {
    throw new UserError(
      `Cannot train "${plan.variants[0]!.model.title}" on data set "${id}": its images are ` +
        `${train.height}x${train.width}, which do not fit the network's input. Choose another --dataset, or other ` +
        "variants with --filter.",
    );
  }
  return { ...plan, variants, trials: plan.trials.filter(({ variant }) => fits(variant)) };
}

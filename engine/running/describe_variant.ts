/**
 * What a variant is, for the rows: its treatment of the data in words, and its whole record as a checksum.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { Augmentation } from "../../data/distortion/augmentation.ts";
import type { DataTreatment, Variant } from "../../suites/suite.ts";

/**
 * For example `1 in 60 training images, in as many times more passes; pixels in one random order`; empty for nothing.
 */
export function describeTreatment({ share, shuffledPixels }: DataTreatment = {}): string {
  const fewer = share === undefined
    ? []
    : [`1 in ${Math.round(1 / share)} training images, in as many times more passes`];
  return [...fewer, ...(shuffledPixels ? ["pixels in one random order"] : [])].join("; ");
}

/**
 * Checksum of everything in a variant's record that changes its weights, and of nothing else: neither names nor prose.
 * Whatever is not named here as one of those is covered, a field that is added to a record too.
 *
 * @returns The rule's version, a colon, and SHA-256: see `results/folder/same_variant.ts`.
 */
export function variantSha256(
  { model, recipe, learningRate, augmentation = noDistortion, boosting, data }: Variant,
): string {
  const { id: _model, title: _modelTitle, source: _source, expected: _expected, ...network } = model;
  const { id: _recipe, title: _recipeTitle, departures: _departures, ...training } = recipe;
  const { id: _augmentation, title: _augmentationTitle, ...distortion } = augmentation;
  const text = JSON.stringify(inOrder({ network, training, learningRate, distortion, boosting, data }));
  return `2:${createHash("sha256").update(text).digest("hex")}`;
}

const noDistortion: Augmentation = { id: "", title: "" };

/** The same value with every record's fields in the order of their names: the order in a source file means nothing. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).toSorted(([a], [b]) => a < b ? -1 : 1);
  return Object.fromEntries(fields.map(([name, field]) => [name, inOrder(field)]));
}

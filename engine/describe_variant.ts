/**
 * What a variant is, for the rows: its treatment of the data in words, and its whole record as a checksum.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { DataTreatment, Variant } from "../suites/suite.ts";

/** For example `1 in 60 training images, in as many times more passes; pixels in one random order`; empty for nothing. */
export function describeTreatment({ share, shuffledPixels }: DataTreatment = {}): string {
  const fewer = share === undefined
    ? []
    : [`1 in ${Math.round(1 / share)} training images, in as many times more passes`];
  return [...fewer, ...(shuffledPixels ? ["pixels in one random order"] : [])].join("; ");
}

/** SHA-256 of everything that makes a variant's result: rows with the same checksum measured the same thing. */
export function variantSha256({ id, model, recipe, learningRate, augmentation, data }: Variant): string {
  return createHash("sha256").update(JSON.stringify({ id, model, recipe, learningRate, augmentation, data }))
    .digest("hex");
}

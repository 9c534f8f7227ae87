/**
 * What a variant is, for the rows: its treatment of the data in words, and its whole record as a checksum.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { DataTreatment, Variant } from "../suites/suite.ts";

/** For example `1/60 of the training images in 60 times as many passes; pixels shuffled`; empty for nothing. */
export function describeTreatment({ share, shuffledPixels }: DataTreatment = {}): string {
  const fewer = share === undefined
    ? []
    : [`${share.toPrecision(3)} of the training images in as many times more passes`];
  return [...fewer, ...(shuffledPixels ? ["pixels in one random order"] : [])].join("; ");
}

/** SHA-256 of everything that makes a variant's result: rows with the same checksum measured the same thing. */
export function variantSha256({ id, model, recipe, learningRate, augmentation, data }: Variant): string {
  return createHash("sha256").update(JSON.stringify({ id, model, recipe, learningRate, augmentation, data }))
    .digest("hex");
}

/**
 * What the tests of training share. Not part of the library.
 *
 * @module
 */
import type { ImageSet } from "../data/dataset.ts";
import type { ModelSpec } from "../models/network/spec.ts";
import { MODERN } from "../recipes/modern.ts";
import type { Variant } from "../suites/suite.ts";

/** 28x28 to ten outputs: the smallest network that images can be trained on. */
export const TINY_MODEL: ModelSpec = {
  id: "tiny",
  title: "Tiny",
  input: [28, 28, 1],
  fit: "as_is",
  layers: [{ kind: "dense", name: "output", units: 10, activation: "output" }],
  source: "tests",
};

/** `model` with the modern recipe in batches of 20. */
export function tinyVariant(model: ModelSpec = TINY_MODEL): Variant {
  return {
    id: model.id,
    title: model.title,
    model,
    recipe: { ...MODERN, batch: 20 },
    learningRate: 0.01,
    learningRateSource: "tests",
    departures: [],
  };
}

/** `count` images without ink except that image `i` is filled with byte `i`; labels 0 to 9 in turn. */
export function numberedImages(count: number): ImageSet {
  const pixels = new Uint8Array(count * 28 * 28);
  for (let i = 0; i < count; i++) pixels.fill(i, i * 28 * 28, (i + 1) * 28 * 28);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 10);
  return { count, height: 28, width: 28, maps: 1, pixels, labels };
}

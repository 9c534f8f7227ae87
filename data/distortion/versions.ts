/**
 * Which distortions an epoch trains on: new ones, or a version of a fixed pool.
 *
 * @module
 */
import { stream } from "../../base/random.ts";
import { imageBytes, type ImageSet } from "../dataset.ts";
import type { Augmentation } from "./augmentation.ts";
import { distortImages, DISTORTION_SIZE, drawDistortions, noDistortions } from "./distort.ts";

/** What decides an epoch's distortions. */
export interface Version {
  readonly augmentation: Augmentation;
  /** From 1. */
  readonly epoch: number;
  readonly seed: number;
}

/** Images that are distorted together: few, since their pixels are four times as large meanwhile. */
const PART = 100;

/** The distortions of `count` images in an epoch: new ones, or the pool's next version. */
export function epochDistortions(version: Version, count: number): Float32Array<ArrayBuffer> {
  const { augmentation, seed } = version;
  const number = versionNumber(version);
  if (number === 0) return noDistortions(count);
  return drawDistortions(augmentation, { count, random: stream(seed, `augment/${number}`) });
}

/**
 * The images of `set` as an epoch trains on them, rounded to whole bytes. With a pool, the versions of one epoch are
 * mixed: image `i` is `i` versions ahead of image 0, and goes through all of them.
 *
 * @param set Images of one map.
 */
export function epochImages(set: ImageSet, version: Version): ImageSet {
  const { count, height, width } = set;
  const { elastic } = version.augmentation;
  const size = imageBytes(set);
  const distortions = mixedDistortions(version, count);
  const pixels = new Uint8Array(count * size);
  for (let first = 0; first < count; first += PART) {
    const last = Math.min(first + PART, count);
    const part = distortImages(
      set.pixels.subarray(first * size, last * size),
      distortions.subarray(first * DISTORTION_SIZE, last * DISTORTION_SIZE),
      { height, width, background: 0, ...(elastic && { elastic }) },
    );
    // A loop: `Uint8Array.from(part, Math.round)` takes ten times as long.
    for (let p = 0; p < part.length; p++) pixels[first * size + p] = Math.round(part[p]!);
  }
  return { ...set, pixels };
}

function mixedDistortions(version: Version, count: number): Float32Array<ArrayBuffer> {
  const { augmentation: { pool = 1 }, epoch } = version;
  const mixed = new Float32Array(count * DISTORTION_SIZE);
  for (let ahead = 0; ahead < Math.min(pool, count); ahead++) {
    const distortions = epochDistortions({ ...version, epoch: epoch + ahead }, count);
    for (let i = ahead; i < count; i += pool) {
      const row = i * DISTORTION_SIZE;
      mixed.set(distortions.subarray(row, row + DISTORTION_SIZE), row);
    }
  }
  return mixed;
}

/** Numbers a pool's versions from 0, which distorts nothing; without a pool, the epoch. */
function versionNumber({ augmentation: { pool }, epoch }: Version): number {
  return pool === undefined ? epoch : (epoch - 1) % pool;
}

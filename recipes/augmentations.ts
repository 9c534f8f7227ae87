/**
 * Distortions that suites compare.
 *
 * The ranges of LeCun 1998 were never published; these were chosen once so that digits stay readable, and not tuned:
 * shifts of half the margin of MNIST's digits, sizes that differ by as much as in later programs for the same networks
 * (15%), and a slant of 0.2 px per row, which is 11 degrees.
 *
 * @module
 */
import type { Augmentation } from "../data/distortion/augmentation.ts";

/** A departure from the paper, wherever one of its rates is compared. */
export const OWN_RANGES = "distortion ranges are this project's own: the paper states none";

const SHIFT = { shift: 2 };
const ROTATE = { rotate: 10 };
const SCALE = { scale: 1.15 };
const SQUEEZE = { squeeze: 1.15 };
const SHEAR = { shear: 0.2 };
const AFFINE = { ...SHIFT, ...SCALE, ...SQUEEZE, ...SHEAR };
/** Simard's best for 28x28 digits (Simard, Steinkraus and Platt 2003, section 2). */
const ELASTIC = { elastic: { sigma: 4, alpha: 34 } };

/** The paper's 60,000 digits and 540,000 distorted copies are ten versions of each. */
const POOL = 10;

/** One kind at a time. */
const SINGLE: readonly Augmentation[] = [
  { id: "shift", title: "shift", ...SHIFT },
  { id: "rotation", title: "rotation", ...ROTATE },
  { id: "scale", title: "scale", ...SCALE },
  { id: "squeeze", title: "squeeze", ...SQUEEZE },
  { id: "shear", title: "shear", ...SHEAR },
  { id: "flip", title: "flip", flip: 0.5 },
];

/** The four kinds of LeCun 1998 together, section III.A. */
export const ALL_AFFINE: Augmentation = { id: "affine", title: "all affine", ...AFFINE };
/** The same, made once and kept, as in the paper. */
export const AFFINE_POOL: Augmentation = { id: "affine-pool", title: "all affine, fixed pool", ...AFFINE, pool: POOL };
/** Simard's. */
export const ELASTIC_ALONE: Augmentation = { id: "elastic", title: "elastic", ...ELASTIC };
/** Both. */
export const AFFINE_ELASTIC: Augmentation = { id: "affine-elastic", title: "affine + elastic", ...AFFINE, ...ELASTIC };

/** Every arm except `none`. */
export const AUGMENTATIONS: readonly Augmentation[] = [
  ...SINGLE,
  ALL_AFFINE,
  AFFINE_POOL,
  ELASTIC_ALONE,
  AFFINE_ELASTIC,
];

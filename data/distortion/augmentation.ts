/**
 * How training images are distorted, as data: the kinds of distortion and their ranges.
 *
 * LeCun 1998 (section III.A) names translations, scaling, squeezing and horizontal shearing, but no ranges; the elastic
 * distortion is Simard's (Simard, Steinkraus and Platt 2003, ICDAR, 958-962).
 *
 * @module
 */

/** Ranges of random distortions, all about the image's centre; those left out are not applied. */
export interface Augmentation {
  /** Stable identifier, used in CSV rows. */
  readonly id: string;
  /** As a table prints it. */
  readonly title: string;
  /** Shift in both directions by up to this many pixels, uniform. */
  readonly shift?: number;
  /** Rotation by up to this many degrees either way, uniform. */
  readonly rotate?: number;
  /** Scaling of both sides by a factor from `1 / f` to `f`, its logarithm uniform. */
  readonly scale?: number;
  /** Scaling of the width by a factor from `1 / f` to `f`, its logarithm uniform, and of the height by its inverse. */
  readonly squeeze?: number;
  /** Horizontal shear by up to this many pixels per row from the centre, either way, uniform. */
  readonly shear?: number;
  /** Left-right mirroring, with this probability. */
  readonly flip?: number;
  /** Displacement by a random field: uniform noise in +-1, smoothed by a Gaussian of `sigma` pixels, times `alpha`. */
  readonly elastic?: Elastic;
  /**
   * Size of a fixed pool: each image as it is and `pool - 1` distorted versions, made once; every epoch uses the next
   * one. Left out: a new distortion in every epoch.
   */
  readonly pool?: number;
}

/** An elastic distortion, in pixels. */
export interface Elastic {
  /** Standard deviation of the smoothing, in pixels. */
  readonly sigma: number;
  /** Strength of the displacements. */
  readonly alpha: number;
}

/** The ranges in words, e.g. `shift up to 2 px, rotation up to 10 degrees`. */
export function describeAugmentation({ pool, elastic, ...ranges }: Augmentation): string {
  const { shift, rotate, scale, squeeze, shear, flip } = ranges;
  const parts = [
    shift === undefined ? [] : [`shift up to ${shift} px`],
    rotate === undefined ? [] : [`rotation up to ${rotate} degrees`],
    scale === undefined ? [] : [`scaling by up to ${scale}`],
    squeeze === undefined ? [] : [`squeezing by up to ${squeeze}`],
    shear === undefined ? [] : [`horizontal shear up to ${shear} px a row`],
    flip === undefined ? [] : [`mirrored with probability ${flip}`],
    elastic === undefined ? [] : [`elastic, sigma ${elastic.sigma} px, alpha ${elastic.alpha} px`],
  ].flat();
  return `${parts.join(", ")}; ${pool === undefined ? "anew in every epoch" : `a fixed pool of ${pool} versions`}`;
}

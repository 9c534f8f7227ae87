/**
 * Drawn digits: a data set that needs no file and no network.
 *
 * Each image has one of its digit's stroke patterns, slanted, scaled, shifted and warped, drawn with a pen of random
 * width. Only sums, products, quotients and square roots are used, which IEEE 754 rounds the same way
 * everywhere, so the same sizes give the same bytes on every machine.
 *
 * @module
 */
import { type RandomStream, stream } from "../../base/random.ts";
import { datasetSha256 } from "../checksum.ts";
import { CLASSES, type Dataset, type ImageSet } from "../dataset.ts";
import { DIGIT_STROKES, flatten, type Point } from "./digit_strokes.ts";

const SIDE = 28;
/** Fixed: there is only one synthetic data set, whatever the trial's seed. */
const SEED = 0;

/** How much handwritings differ; lengths in pixels, uniform within +- the value unless a range is given. */
const HAND = {
  shift: 2.2,
  scale: [0.75, 1.1],
  slant: 0.4,
  tilt: 0.2,
  /** Displacement of each node of the warp grid. */
  warp: 2.1,
  penRadius: [0.7, 1.7],
  ink: [0.75, 1],
  /** Width of the grey edge of a stroke. */
  edge: [0.8, 1.6],
  /** Noise of the ink, pixel by pixel. */
  grain: 0.15,
} as const;

/** Each digit's ways of writing it, as polylines. */
const POLYLINES = DIGIT_STROKES.map((ways) => ways.map((strokes) => strokes.map(flatten)));

/** Image counts of the full data set, the same as MNIST's. */
export const SYNTHETIC_SIZES = { train: 60_000, test: 10_000 } as const;

/**
 * Draws the synthetic data set; image `i` of a split is the same whatever the sizes, and its label is `i % 10`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { syntheticDataset } from "./digits.ts";
 *
 * const { train } = syntheticDataset({ train: 20, test: 10 });
 * assert.equal(train.pixels.length, 20 * 28 * 28);
 * assert.equal(train.labels[13], 3);
 * ```
 */
export function syntheticDataset(sizes: { train: number; test: number }): Dataset {
  const train = draw(sizes.train, stream(SEED, "synthetic/train"));
  const test = draw(sizes.test, stream(SEED, "synthetic/test"));
  return {
    id: "synthetic",
    title: "Synthetic digits",
    sha256: datasetSha256({ train, test }),
    train,
    test,
    notice: "The digits are drawn by this program, not written by people: error rates on them can't be compared with " +
      "published ones.",
  };
}

function draw(count: number, random: RandomStream): ImageSet {
  const pixels = new Uint8Array(count * SIDE * SIDE);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % CLASSES);
  for (let i = 0; i < count; i++) {
    drawDigit(labels[i]!, pixels.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE), random);
  }
  return { count, height: SIDE, width: SIDE, maps: 1, pixels, labels };
}

/** Writes one digit into `image`, whose bytes are 0. */
function drawDigit(digit: number, image: Uint8Array, random: RandomStream): void {
  const ways = POLYLINES[digit]!;
  const polylines = ways[random.integer(ways.length)]!;
  const place = randomHand(random);
  const radius = between(HAND.penRadius, random);
  const ink = between(HAND.ink, random);
  const edge = between(HAND.edge, random);
  const distances = squaredDistances(polylines.map((points) => points.map(place)), radius + edge);
  for (let i = 0; i < image.length; i++) {
    if (distances[i] === Infinity) continue;
    const cover = Math.min(1, Math.max(0, 0.5 + (radius - Math.sqrt(distances[i]!)) / edge));
    image[i] = Math.round(255 * cover * ink * (1 - HAND.grain * random.uniform()));
  }
}

/** A random map from the stroke's coordinates to the image's: warp, then an affine map. */
function randomHand(random: RandomStream): (point: Point) => Point {
  const warp = randomWarp(random);
  const scaleX = between(HAND.scale, random);
  const scaleY = between(HAND.scale, random);
  const tilt = around(HAND.tilt, random);
  const slant = around(HAND.slant, random) - tilt;
  const centreX = SIDE / 2 + around(HAND.shift, random);
  const centreY = SIDE / 2 + around(HAND.shift, random);
  return (point) => {
    const [x, y] = warp(point);
    return [centreX + scaleX * x - slant * y, centreY + scaleY * y + tilt * x];
  };
}

/** Nodes of the warp grid along each side, and the half-sides of the box that they span. */
const NODES = 4;
const WARP_BOX = { x: 7, y: 10.5 };

/** A smooth random displacement: random at the nodes of a grid over the digit, bilinear between them. */
function randomWarp(random: RandomStream): (point: Point) => Point {
  const shifts = Float64Array.from({ length: 2 * NODES * NODES }, () => around(HAND.warp, random));
  return ([x, y]) => {
    const column = gridPosition(x, WARP_BOX.x);
    const row = gridPosition(y, WARP_BOX.y);
    const displacement = (axis: 0 | 1) => {
      const node = (r: number, c: number) => shifts[2 * (r * NODES + c) + axis]!;
      const along = (r: number) => node(r, column.cell) * (1 - column.part) + node(r, column.cell + 1) * column.part;
      return along(row.cell) * (1 - row.part) + along(row.cell + 1) * row.part;
    };
    return [x + displacement(0), y + displacement(1)];
  };
}

/** The grid cell that holds a coordinate, and how far into the cell it lies, 0 to 1. */
function gridPosition(value: number, halfSide: number): { cell: number; part: number } {
  const position = Math.min(1, Math.max(0, (value / halfSide + 1) / 2)) * (NODES - 1);
  const cell = Math.min(Math.floor(position), NODES - 2);
  return { cell, part: position - cell };
}

/** Squared distance from every pixel's centre to the nearest stroke; Infinity if that is beyond `reach`. */
function squaredDistances(polylines: readonly (readonly Point[])[], reach: number): Float64Array {
  const distances = new Float64Array(SIDE * SIDE).fill(Infinity);
  for (const points of polylines) {
    for (let i = 1; i < points.length; i++) lowerToSegment(distances, [points[i - 1]!, points[i]!], reach);
  }
  return distances;
}

/** Lowers `distances` to those from one segment, for the pixels within `reach` of the segment's bounding box. */
function lowerToSegment(distances: Float64Array, [[ax, ay], [bx, by]]: readonly [Point, Point], reach: number): void {
  const [dx, dy] = [bx - ax, by - ay];
  const lengthSquared = dx * dx + dy * dy;
  const left = Math.max(0, Math.floor(Math.min(ax, bx) - reach));
  const right = Math.min(SIDE - 1, Math.floor(Math.max(ax, bx) + reach));
  const top = Math.max(0, Math.floor(Math.min(ay, by) - reach));
  const bottom = Math.min(SIDE - 1, Math.floor(Math.max(ay, by) + reach));
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const [px, py] = [column + 0.5 - ax, row + 0.5 - ay];
      const along = Math.min(1, Math.max(0, (px * dx + py * dy) / (lengthSquared || 1)));
      const [ex, ey] = [px - along * dx, py - along * dy];
      const distance = ex * ex + ey * ey;
      const pixel = row * SIDE + column;
      if (distance < distances[pixel]!) distances[pixel] = distance;
    }
  }
}

/** Uniform between the two ends. */
function between([low, high]: readonly [number, number], random: RandomStream): number {
  return low + (high - low) * random.uniform();
}

/** Uniform in +-`reach`. */
function around(reach: number, random: RandomStream): number {
  return reach * (2 * random.uniform() - 1);
}

/**
 * The strokes with which a pen writes the ten digits.
 *
 * @module
 */

/** `[x, y]` in pixels from the digit's centre, x to the right, y down; a digit is about 20 high, as in MNIST. */
export type Point = readonly [x: number, y: number];

/** `line` runs straight from point to point; `curve` is the Catmull-Rom spline through the points. */
export interface Stroke {
  readonly kind: "line" | "curve";
  readonly points: readonly Point[];
}

const line = (...points: Point[]): Stroke => ({ kind: "line", points });
const curve = (...points: Point[]): Stroke => ({ kind: "curve", points });

/** `DIGIT_STROKES[d]` lists the ways to write digit `d`, each a list of strokes. */
export const DIGIT_STROKES: readonly (readonly (readonly Stroke[])[])[] = [
  // 0: round; narrow
  [
    [curve([1, -10], [-4, -8], [-6, 0], [-4, 8], [0, 10], [4, 8], [6, 0], [4, -8], [0, -10])],
    [curve([2, -10], [-2, -7], [-4, 1], [-2, 9], [1, 10], [4, 6], [4.5, -2], [3, -9], [0, -9])],
  ],
  // 1: bare; with a flag; with a flag and a foot
  [
    [line([0, -10], [0, 10])],
    [line([-4, -6], [0.5, -10], [0.5, 10])],
    [line([-4, -6], [0, -10], [0, 10]), line([-4, 10], [4, 10])],
  ],
  // 2: straight base; looped base
  [
    [curve([-6, -6], [-3, -9.5], [1, -10], [5, -7], [4, -2], [-1, 4], [-6, 10]), line([-6, 10], [6, 10])],
    [curve([-5, -7], [-1, -10], [4, -8], [4, -3], [-1, 5], [-5, 9], [-4, 6], [0, 8], [3, 10], [6, 8])],
  ],
  // 3: round; flat top
  [
    [
      curve([-5, -8], [0, -10], [4.5, -7], [3.5, -2.5], [-1, -0.5]),
      curve([-1, -0.5], [4, 1], [5.5, 5.5], [1, 10], [-5, 8]),
    ],
    [line([-5, -10], [5, -10], [-0.5, -2]), curve([-0.5, -2], [4, 0], [5.5, 5], [1, 10], [-5, 8])],
  ],
  // 4: open; closed
  [
    [line([-4, -9], [-5.5, 1], [6, 1]), line([3, -8], [2.5, 10])],
    [line([3, 10], [3, -10], [-6, 4], [6, 4])],
  ],
  // 5: cornered; rounded
  [
    [line([5, -10], [-4, -10], [-5, -1.5]), curve([-5, -1.5], [0, -3], [5, 0], [5, 6], [1, 10], [-5, 8.5])],
    [line([5, -9.5], [-3, -9], [-4, -3]), curve([-4, -3], [1, -2], [4.5, 2], [3, 8], [-1, 10], [-5, 8])],
  ],
  // 6: straight back; curled
  [
    [curve([2, -10], [-3, -3], [-5, 4], [-2, 9.5], [3, 9], [4.5, 4.5], [1, 1], [-4.5, 4])],
    [curve([4, -9], [-1, -9], [-5, -2], [-5, 5], [-1, 10], [4, 8], [4.5, 3], [0, 0], [-5, 4])],
  ],
  // 7: plain; crossed; curved stem
  [
    [line([-6, -9.5], [5.5, -9.5], [-1, 10])],
    [line([-6, -9.5], [5.5, -9.5], [-1, 10]), line([-3.5, 0], [5, 0])],
    [line([-6, -9], [5, -9]), curve([5, -9], [1.5, -2], [-0.5, 4], [-1, 10])],
  ],
  // 8: one stroke; two rings
  [
    [
      curve(
        [4, -7],
        [0, -10],
        [-4, -7],
        [-2, -2.5],
        [2, 1],
        [4.5, 5.5],
        [0, 10],
        [-4.5, 5.5],
        [-2, 1],
        [2, -2.5],
        [4, -7],
      ),
    ],
    [
      curve([0, -10], [-4, -7.5], [-3, -2.5], [0, -1], [3, -2.5], [4, -7.5], [0, -10]),
      curve([0, -1], [-4, 1.5], [-5, 6], [0, 10], [5, 6], [4, 1.5], [0, -1]),
    ],
  ],
  // 9: straight stem; hooked
  [
    [curve([4, -6], [0, -10], [-4.5, -6.5], [-3, -2], [1, -1.5], [4, -6]), line([4.5, -7], [3, 10])],
    [curve([4.5, -5], [1, -10], [-4, -8], [-4, -2.5], [0, -1], [4.5, -5], [4.5, 3], [2, 9], [-4, 9])],
  ],
];

/** Number of straight pieces between two points of a curve. */
const PIECES = 6;

/** The stroke as a polyline; called once per stroke at the start, so that only straight pieces are drawn. */
export function flatten(stroke: Stroke): Point[] {
  if (stroke.kind === "line") return [...stroke.points];
  const points = stroke.points;
  const at = (i: number) => points[Math.min(Math.max(i, 0), points.length - 1)]!;
  const polyline: Point[] = [at(0)];
  for (let i = 0; i + 1 < points.length; i++) {
    for (let piece = 1; piece <= PIECES; piece++) {
      polyline.push(catmullRom([at(i - 1), at(i), at(i + 1), at(i + 2)], piece / PIECES));
    }
  }
  return polyline;
}

/** The uniform cubic spline at `t` in 0 to 1 between the middle two points (Catmull and Rom, 1974). */
function catmullRom([a, b, c, d]: readonly [Point, Point, Point, Point], t: number): Point {
  const blend = (axis: 0 | 1) =>
    b[axis] + t / 2 * (c[axis] - a[axis] +
        t * (2 * a[axis] - 5 * b[axis] + 4 * c[axis] - d[axis] +
            t * (3 * (b[axis] - c[axis]) + d[axis] - a[axis])));
  return [blend(0), blend(1)];
}

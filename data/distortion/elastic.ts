/**
 * Elastic displacement fields (Simard, Steinkraus and Platt 2003, ICDAR, 958-962): noise smoothed by a Gaussian.
 *
 * Smoothing costs some hundred operations per pixel, and most of its result is redundant: a field of n x n pixels that
 * is smooth over sigma pixels is made of few independent numbers. Along one axis, white noise smoothed by a Gaussian
 * has the covariance
 *
 *     C(i, j) = exp(-(i - j)^2 / (4 sigma^2)) / (2 sigma sqrt(pi)),
 *
 * and with C = L L' the field `L N L'` of a small matrix N of white noise has in both directions the covariance that
 * smoothed noise has. L comes from a Cholesky factorisation with pivots that stops when the rest does not matter
 * (Harbrecht, Peters and Schneider 2012, Appl. Numer. Math. 62, 428-440). `kernels/training/distort.ts` computes
 * the same.
 *
 * @module
 */

/** Variance that the factorisation may leave out, as a share of the whole. */
const NEGLIGIBLE = 1e-3;

/** Variance of Simard's noise, uniform in +-1; that of {@linkcode fieldNoise}, four bytes' mean, is within 1% of it. */
export const NOISE_VARIANCE = 1 / 3;

/**
 * Multiplies an index before it is combined with the seed: the golden ratio's fraction (Knuth, TAOCP 3, section 6.4).
 */
const SPREAD = 0x9e3779b9;

/**
 * L: `side` rows, with as many columns as it needs.
 *
 * @param side Pixels along one axis.
 * @param sigma Standard deviation of the Gaussian, in pixels; more than 0.
 */
export function smoothingFactor(side: number, sigma: number): number[][] {
  const covariance = (i: number, j: number) =>
    Math.exp(-((i - j) ** 2) / (4 * sigma ** 2)) / (2 * sigma * Math.sqrt(Math.PI));
  const left = Array.from({ length: side }, (_, i) => covariance(i, i));
  const enough = NEGLIGIBLE * side * covariance(0, 0);
  const factor: number[][] = Array.from({ length: side }, () => []);
  while (left.reduce((sum, variance) => sum + variance, 0) > enough) {
    const pivot = left.indexOf(Math.max(...left));
    const root = Math.sqrt(left[pivot]!);
    const pivotRow = [...factor[pivot]!];
    for (let i = 0; i < side; i++) {
      const known = pivotRow.reduce((sum, value, k) => sum + value * factor[i]![k]!, 0);
      const value = (covariance(i, pivot) - known) / root;
      factor[i]!.push(value);
      left[i] = Math.max(0, left[i]! - value ** 2);
    }
  }
  return factor;
}

/**
 * Number `index` of the noise of `seed`: the sum of a hash's four bytes, each uniform in 0 to 1, minus 2.
 *
 * @param seed Whole number, at most 2^24.
 */
export function fieldNoise(seed: number, index: number): number {
  let h = seed ^ Math.imul(index + 1, SPREAD);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  h ^= h >>> 16;
  return ((h & 255) + (h >>> 8 & 255) + (h >>> 16 & 255) + (h >>> 24)) / 255 - 2;
}

/** Displacements of all pixels along one axis, row by row: `L_rows N L_columns'`. */
export function displacementField(
  seed: number,
  { axis, rows, columns }: { axis: 0 | 1; rows: number[][]; columns: number[][] },
): Float64Array {
  const [rank, columnRank] = [rows[0]!.length, columns[0]!.length];
  const noise = Array.from(
    { length: rank },
    (_, k) => Array.from({ length: columnRank }, (_, j) => fieldNoise(seed, (axis * rank + k) * columnRank + j)),
  );
  const field = new Float64Array(rows.length * columns.length);
  columns.forEach((column, x) => {
    const smooth = noise.map((line) => line.reduce((sum, value, j) => sum + value * column[j]!, 0));
    rows.forEach((row, y) => {
      field[y * columns.length + x] = row.reduce((sum, value, k) => sum + value * smooth[k]!, 0);
    });
  });
  return field;
}

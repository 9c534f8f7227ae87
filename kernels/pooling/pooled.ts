/** How a window's values become one, for the kernels that pool. @module */
import { floats, isNaNMagnitude, magnitude, type Width, words } from "../wgsl/writer.ts";
import type { Pooling } from "./geometry.ts";

/** A window of a program: the name of its result in WGSL, and the width of the values. */
interface Window {
  readonly pooled: string;
  readonly width: Width;
}

/** In WGSL: the declarations before the first value, the statement that adds `value`, the result for `count` values. */
interface Pooled {
  readonly start: (window: Window) => string;
  readonly add: (window: Window, value: string) => string;
  readonly end: (window: Window, count: string) => string;
}

/**
 * The maximum of nothing, in WGSL. The language has no infinite constants, so this is not one: `index` is never
 * negative.
 */
export const LOWEST = "bitcast<f32>(0xff800000u | (u32(index) >> 31u))";

/**
 * By kind. `value` is a name or an expression.
 *
 * The maximum of a window with a value that is not a number is not a number, as in TensorFlow and PyTorch on a GPU;
 * TensorFlow.js's cpu backend leaves the value out. `max` may do either, so the largest magnitude is kept besides.
 */
export const POOLED: Readonly<Record<Pooling["kind"], Pooled>> = {
  max: {
    start: ({ pooled, width }) =>
      `var ${pooled} = ${floats(width)}(${LOWEST}); var ${pooled}Most = ${words(width)}(0u);`,
    add: ({ pooled, width }, value) =>
      `{ let value = ${value}; ${pooled} = max(${pooled}, value); ` +
      `${pooled}Most = max(${pooled}Most, ${magnitude("value", width)}); }`,
    end: ({ pooled, width }) =>
      `select(${pooled}, bitcast<${floats(width)}>(${pooled}Most), ${isNaNMagnitude(`${pooled}Most`, width)})`,
  },
  average: {
    start,
    add: ({ pooled }, value) => `${pooled} += ${value};`,
    end: ({ pooled }, count) => `${pooled} / ${count}`,
  },
  l2: {
    start,
    add: ({ pooled }, value) => `{ let value = ${value}; ${pooled} += value * value; }`,
    end: ({ pooled }, count) => `sqrt(${pooled} / ${count})`,
  },
};

function start({ pooled, width }: Window): string {
  return `var ${pooled} = ${floats(width)}(0.0);`;
}

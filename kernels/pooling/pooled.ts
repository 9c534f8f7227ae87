/** How a window's values become one, for the kernels that pool. @module */
import { LOWEST, type Pooling } from "./geometry.ts";

/** In WGSL: the value before the first, the statement that adds `value`, and the result for `count` values. */
interface Pooled {
  readonly start: string;
  readonly add: (pooled: string, value: string) => string;
  readonly end: (pooled: string, count: string) => string;
}

/** By kind. `pooled` is a name, `value` a name or an expression. */
export const POOLED: Readonly<Record<Pooling["kind"], Pooled>> = {
  max: { start: LOWEST, add: (pooled, value) => `${pooled} = max(${pooled}, ${value});`, end: (pooled) => pooled },
  average: {
    start: "0.0",
    add: (pooled, value) => `${pooled} += ${value};`,
    end: (pooled, count) => `${pooled} / ${count}`,
  },
  l2: {
    start: "0.0",
    add: (pooled, value) => `{ let value = ${value}; ${pooled} += value * value; }`,
    end: (pooled, count) => `sqrt(${pooled} / ${count})`,
  },
};

/** The geometry that the pooling kernels share. @module */
import * as tf from "@tensorflow/tfjs";
import type { NamedAttrMap } from "../wgsl/types.ts";
import { range } from "../wgsl/writer.ts";

/** Pooling of NHWC images, dilation 1; `l2` is the root of the mean of the squares. */
export type Pooling = {
  readonly kind: "max" | "average" | "l2";
  readonly batch: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly channels: number;
  readonly windowHeight: number;
  readonly windowWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padTop: number;
  readonly padLeft: number;
};

/** Larger windows fall back to the stock kernels: a window is unrolled. */
export const LARGEST_WINDOW = 64;

/**
 * Reads the attributes that TensorFlow.js passes to its pooling kernels; `undefined` if the tuned ones don't cover the
 * case.
 */
export function pooling(kind: Pooling["kind"], shape: number[], attrs: NamedAttrMap): Pooling | undefined {
  type Parameters = Required<globalThis.Parameters<typeof tf.backend_util.computePool2DInfo>>;
  // The registry types attributes as a union of everything; the pooling ops check them before the kernel runs.
  const info = tf.backend_util.computePool2DInfo(
    shape as Parameters[0],
    attrs.filterSize as Parameters[1],
    attrs.strides as Parameters[2],
    1,
    attrs.pad as Parameters[4],
    attrs.dimRoundingMode as Parameters[5],
  );
  const isCovered = info.filterHeight * info.filterWidth <= LARGEST_WINDOW &&
    info.inShape.concat(info.outShape).every((size) => size > 0);
  return isCovered
    ? {
      kind,
      batch: info.batchSize,
      inHeight: info.inHeight,
      inWidth: info.inWidth,
      outHeight: info.outHeight,
      outWidth: info.outWidth,
      channels: info.inChannels,
      windowHeight: info.filterHeight,
      windowWidth: info.filterWidth,
      strideHeight: info.strideHeight,
      strideWidth: info.strideWidth,
      padTop: info.padInfo.top,
      padLeft: info.padInfo.left,
    }
    : undefined;
}

/** A place in a grid, counted from its corner. */
export type Position = { readonly row: number; readonly column: number };

/** The positions of a grid, row by row. */
export function positions(height: number, width: number): Position[] {
  return range(height).flatMap((row) => range(width).map((column) => ({ row, column })));
}

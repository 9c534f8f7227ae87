/** The geometry that the three convolution kernels share. @module */
import * as tf from "@tensorflow/tfjs";
import type { NamedAttrMap } from "../wgsl/types.ts";

/** A two-dimensional convolution of NHWC images, dilation 1. `in` and `out` are the forward direction's. */
export type Convolution = {
  readonly batch: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly inChannels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padTop: number;
  readonly padLeft: number;
};

/**
 * Wider kernels fall back to the stock kernels: a row of the kernel is unrolled, and the shader would grow too long.
 */
export const WIDEST_KERNEL = 11;

/**
 * Reads the attributes that TensorFlow.js passes to its convolution kernels; `undefined` if the tuned ones don't cover
 * the case.
 */
export function convolution(
  inputShape: number[],
  filterShape: number[],
  attrs: NamedAttrMap,
): Convolution | undefined {
  if (attrs.dataFormat !== undefined && attrs.dataFormat !== "NHWC") return undefined;
  type Parameters = Required<globalThis.Parameters<typeof tf.backend_util.computeConv2DInfo>>;
  // The registry types attributes as a union of everything; the convolution ops check them before the kernel runs.
  const strides = attrs.strides as Parameters[2];
  const dilations = (attrs.dilations ?? 1) as Parameters[3];
  const pad = attrs.pad as Parameters[4];
  const rounding = attrs.dimRoundingMode as Parameters[5];
  const info = tf.backend_util.computeConv2DInfo(
    inputShape as Parameters[0],
    filterShape as Parameters[1],
    strides,
    dilations,
    pad,
    rounding,
  );
  const isCovered = info.dilationHeight === 1 && info.dilationWidth === 1 && info.filterWidth <= WIDEST_KERNEL &&
    filterShape[2] === info.inChannels && info.inShape.concat(info.outShape).every((size) => size > 0);
  return isCovered
    ? {
      batch: info.batchSize,
      inHeight: info.inHeight,
      inWidth: info.inWidth,
      inChannels: info.inChannels,
      outHeight: info.outHeight,
      outWidth: info.outWidth,
      outChannels: info.outChannels,
      kernelHeight: info.filterHeight,
      kernelWidth: info.filterWidth,
      strideHeight: info.strideHeight,
      strideWidth: info.strideWidth,
      padTop: info.padInfo.top,
      padLeft: info.padInfo.left,
    }
    : undefined;
}

/** Whether some output reads above or below the image. */
export function isPaddedVertically(c: Convolution): boolean {
  return c.padTop > 0 || (c.outHeight - 1) * c.strideHeight + c.kernelHeight - c.padTop > c.inHeight;
}

/** Whether some output reads left or right of the image. */
export function isPaddedHorizontally(c: Convolution): boolean {
  return c.padLeft > 0 || (c.outWidth - 1) * c.strideWidth + c.kernelWidth - c.padLeft > c.inWidth;
}

/** Whether the kernel covers the whole image once: then the convolution is a product of two matrices. */
export function isProduct(c: Convolution): boolean {
  return c.outHeight === 1 && c.outWidth === 1 && c.kernelHeight === c.inHeight && c.kernelWidth === c.inWidth &&
    c.padTop === 0 && c.padLeft === 0;
}

/** The shape of the images as a matrix with one image per row, if {@linkcode isProduct}. */
export function imageMatrix(c: Convolution): [number, number] {
  return [c.batch, c.inHeight * c.inWidth * c.inChannels];
}

/** The shape of the kernel as a matrix with one output channel per column, if {@linkcode isProduct}. */
export function filterMatrix(c: Convolution): [number, number] {
  return [c.kernelHeight * c.kernelWidth * c.inChannels, c.outChannels];
}

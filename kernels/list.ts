/** The tuned kernels, one file per line. Every export is a {@linkcode TunedKernel}. @module */
export { conv2d, fusedConv2d, pooledConv2d } from "./convolution/conv2d.ts";
export { conv2dBackpropFilter, conv2dParameterGradients } from "./convolution/conv2d_backprop_filter.ts";
export { conv2dBackpropInput, conv2dBackpropInputTimesDerivative } from "./convolution/conv2d_backprop_input.ts";
export { local } from "./convolution/local.ts";
export { localInputGradient } from "./convolution/local_input_gradient.ts";
export { localWeightGradient } from "./convolution/local_weight_gradient.ts";
export { avgPool, l2Pool, maxPool } from "./pooling/pool.ts";
export { avgPoolGrad, l2PoolGrad, maxPoolGrad } from "./pooling/pool_gradient.ts";
export { scaleShift, scaleShiftGradientSlices, scaleShiftInputGradient } from "./pooling/scale_shift.ts";
export { columnSums, splitColumnSums, sum } from "./products/column_sum.ts";
export { batchMatMul, denseParameterGradients, fusedMatMul, matMulTimesDerivative } from "./products/matmul.ts";
export { activationGradient } from "./training/activation_gradient.ts";
export { batchMoments, normalise } from "./training/batch_norm.ts";
export {
  batchNormChunkGradients,
  batchNormInputGradient,
  batchNormJoinedGradient,
} from "./training/batch_norm_gradient.ts";
export { distort } from "./training/distort.ts";
export { batchLosses, batchLossesGradient } from "./training/loss.ts";
export { masked } from "./training/masked.ts";
export { prelu, preluGradientSlices, preluInputGradient } from "./training/prelu.ts";

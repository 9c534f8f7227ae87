/**
 * All networks.
 *
 * @module
 */
import { CIFAR_CONV_4 } from "./cifar.ts";
import { FC_300, FC_300_100, FC_800, LINEAR } from "./fully_connected.ts";
import { LENET_1 } from "./lenet1.ts";
import { LENET_5, LENET_5_DENSE_OUTPUT } from "./lenet5.ts";
import { CONV_6_16_POOL_FC_100, CONV_6_FC_100, CONV_6_POOL_FC_100 } from "./lenet300_conv.ts";
import type { ModelSpec } from "./spec.ts";

/** Every network of the project; a new one is a file beside this and a line here. */
export const MODELS: readonly ModelSpec[] = [
  LINEAR,
  FC_300,
  FC_300_100,
  FC_800,
  LENET_1,
  LENET_5,
  LENET_5_DENSE_OUTPUT,
  CONV_6_FC_100,
  CONV_6_POOL_FC_100,
  CONV_6_16_POOL_FC_100,
  CIFAR_CONV_4,
];

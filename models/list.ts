/**
 * All networks.
 *
 * @module
 */
import { CIFAR_CONV_4 } from "./cifar.ts";
import { FC_300, FC_300_100, FC_800, LINEAR } from "./fully_connected.ts";
import { LENET_1 } from "./lenet1.ts";
import { CONV_6_16_POOL_FC_100, CONV_6_FC_100, CONV_6_POOL_FC_100 } from "./lenet300_conv.ts";
import { LENET_5, LENET_5_DENSE_OUTPUT } from "./lenet5.ts";
import {
  LENET_5_SIZED,
  LENET_5_SIZED_AVERAGE,
  LENET_5_SIZED_L2,
  LENET_5_SIZED_OVERLAPPING_AVERAGE,
  LENET_5_SIZED_OVERLAPPING_MAX,
  LENET_5_SIZED_STRIDED,
  LENET_5_SIZED_SUBSAMPLE,
  LENET_5_SIZED_UNPOOLED,
} from "./lenet5_sized.ts";
import type { ListedModel } from "./network/spec.ts";
import { CONV_6_16_KERNEL_3, CONV_6_16_KERNEL_7, LOCAL_6_16 } from "./structure.ts";

/** Every network that can read digits or CIFAR-10; a new one is one file and one line here. */
export const MODELS: readonly ListedModel[] = [
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
  LENET_5_SIZED,
  LENET_5_SIZED_AVERAGE,
  LENET_5_SIZED_L2,
  LENET_5_SIZED_SUBSAMPLE,
  LENET_5_SIZED_STRIDED,
  LENET_5_SIZED_OVERLAPPING_MAX,
  LENET_5_SIZED_OVERLAPPING_AVERAGE,
  LENET_5_SIZED_UNPOOLED,
  CONV_6_16_KERNEL_3,
  CONV_6_16_KERNEL_7,
  LOCAL_6_16,
  CIFAR_CONV_4,
];

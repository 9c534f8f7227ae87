/**
 * All networks.
 *
 * @module
 */
import { CIFAR_CONV_4 } from "./cifar.ts";
import {
  FC_1000,
  FC_300,
  FC_300_100,
  FC_300_DESLANTED,
  FC_40_USPS,
  FC_500_150,
  FC_800,
  LINEAR,
  LINEAR_DESLANTED,
} from "./fully_connected.ts";
import { LECUN_1989, LECUN_1989_ON_MNIST } from "./lecun1989.ts";
import { LECUN_1990, LENET_1, LENET_1_PLAIN } from "./lenet1.ts";
import { CONV_6_16_POOL_FC_100, CONV_6_FC_100, CONV_6_POOL_FC_100 } from "./lenet300_conv.ts";
import { LENET_4 } from "./lenet4.ts";
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

/** The networks for digits and CIFAR-10; a new one is one file and one line here. */
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

/** Further networks of the papers, on MNIST or USPS, which are trained only by the papers' own procedures. */
export const PAPER_MODELS: readonly ListedModel[] = [
  LECUN_1989,
  LECUN_1989_ON_MNIST,
  FC_40_USPS,
  LECUN_1990,
  LENET_1_PLAIN,
  LINEAR_DESLANTED,
  FC_300_DESLANTED,
  FC_1000,
  FC_500_150,
  LENET_4,
];

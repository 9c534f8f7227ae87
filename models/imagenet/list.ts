/**
 * Networks of the ImageNet years: counted and timed here, not trained.
 *
 * @module
 */
import type { ListedModel } from "../network/spec.ts";
import { ALEXNET, ALEXNET_UNGROUPED } from "./alexnet.ts";
import { GOOGLENET } from "./googlenet.ts";
import { RESNET_18, RESNET_34, RESNET_50 } from "./resnet.ts";
import { VGG_16 } from "./vgg.ts";

/** The networks of the timing suite. */
export const IMAGENET_MODELS: readonly ListedModel[] = [
  ALEXNET,
  ALEXNET_UNGROUPED,
  VGG_16,
  GOOGLENET,
  RESNET_18,
  RESNET_34,
  RESNET_50,
];

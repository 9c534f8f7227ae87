/**
 * What a run spends its time on.
 *
 * @module
 */

/**
 * - `set-up`: starting the program and the device, and checking its arithmetic.
 * - `data`: reading, splitting and preparing images.
 * - `compile`: compiling shaders, see the column `compile_seconds` of the trials.
 * - `train`, `evaluate`, `sweeps`: training, validation and test images, distorted test images; without compiling.
 * - `report`: rendering it.
 */
export type RunPart = "set-up" | "data" | "compile" | "train" | "evaluate" | "sweeps" | "report";

/** All parts, in the order of the table that `--timings` prints. */
export const RUN_PARTS: readonly RunPart[] = ["set-up", "data", "compile", "train", "evaluate", "sweeps", "report"];

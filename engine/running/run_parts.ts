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
export const RUN_PARTS = ["set-up", "data", "compile", "train", "evaluate", "sweeps", "report"] as const;

/** One of {@linkcode RUN_PARTS}. */
export type RunPart = typeof RUN_PARTS[number];

/**
 * A recipe's formulas: step sizes and pixel scaling.
 *
 * @module
 */
import type { PixelScale, Schedule } from "../../recipes/recipe.ts";

/** The position of a step in a run. */
export interface Progress {
  /** From 0. */
  readonly step: number;
  readonly stepsPerEpoch: number;
  readonly epochs: number;
}

/** The step size of one step, for the recipe's learning rate `base`. */
export function stepSize(
  schedule: Schedule,
  { base, step, stepsPerEpoch, epochs }: Progress & { base: number },
): number {
  const steps = stepsPerEpoch * epochs;
  switch (schedule.kind) {
    case "linear": {
      const warmup = Math.max(1, Math.round(schedule.warmup * steps));
      if (step < warmup) return base * (step + 1) / warmup;
      return base * (steps - step) / (steps - warmup + 1);
    }
    case "by_pass": {
      const pass = step / steps * schedule.of;
      const [, factor] = schedule.factors.find(([last]) => pass < last) ?? schedule.factors.at(-1)!;
      return base * factor;
    }
  }
}

/** The network's input value of each byte 0 to 255. */
export function pixelValues({ background, foreground }: PixelScale): Float32Array {
  return Float32Array.from({ length: 256 }, (_, byte) => background + (foreground - background) * byte / 255);
}

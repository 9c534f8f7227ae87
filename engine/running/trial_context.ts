/**
 * What all trials of a run share.
 *
 * @module
 */
import type { Stopwatch } from "../../base/stopwatch.ts";
import type { Split } from "../../data/split.ts";
import type { Backend } from "../../device/backend.ts";
import type { Versions } from "../../device/provenance.ts";
import type { ImageNeeds } from "../training/images.ts";
import type { TrainingProgress } from "../training/training.ts";
import type { Plan } from "./plan.ts";
import type { Checkpoint } from "./resume/checkpoint.ts";
import type { RunPart } from "./run_parts.ts";

/** What all trials of a run share. */
export interface TrialContext {
  readonly plan: Plan;
  readonly dataset: { readonly id: string; readonly sha256: string };
  /** The run's images as a variant takes them. */
  readonly images: (variant: ImageNeeds) => Split;
  readonly backend: Backend;
  readonly versions: Versions;
  /** Times the parts of the run. */
  readonly stopwatch: Stopwatch<RunPart>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TrainingProgress) => void;
  /** Called before work for which shaders are compiled, which may take long. */
  readonly onCompiling?: () => void;
  /** Where the trial's state is kept while it trains; left out: nowhere. */
  readonly checkpoints?: { readonly everySeconds: number; readonly save: (checkpoint: Checkpoint) => void };
}

/**
 * All tables of results. A new table is a file next to this one and a line here.
 *
 * @module
 */
import type { SchemaOf } from "../../base/csv/csv.ts";
import { CALIBRATION } from "./calibration.ts";
import { type EpochRow, EPOCHS } from "./epochs.ts";
import { type ErrorRow, ERRORS } from "./errors.ts";
import { GPU_TIMINGS } from "./gpu_timings.ts";
import { type GradientRow, GRADIENTS } from "./gradients.ts";
import { MEMORY } from "./memory.ts";
import { type SampleRow, SAMPLES } from "./samples.ts";
import { SLICES } from "./slices.ts";
import { STEP_COMPARISONS } from "./steps/step_comparisons.ts";
import { STEP_KERNELS } from "./steps/step_kernels.ts";
import { type SweepRow, SWEEPS } from "./sweeps.ts";
import type { Table } from "./table.ts";
import { TIMINGS } from "./timings.ts";
import { type TrialRow, TRIALS } from "./trials.ts";
import { type VariantRow, VARIANTS } from "./variants.ts";

/** Rows of a run's folder, table by table. */
export interface RunRows {
  /** The arms. */
  readonly variants: readonly VariantRow[];
  /** Learning curves, one row per epoch and trial. */
  readonly epochs: readonly EpochRow[];
  /** Misclassified test images, one row each. */
  readonly errors: readonly ErrorRow[];
  /** Tests on distorted images, one row per distortion and trial. */
  readonly sweeps: readonly SweepRow[];
  /** Norms of gradients, one row per parameter, moment and trial. */
  readonly gradients: readonly GradientRow[];
  /** Training images as the arms see them, one row each. */
  readonly samples: readonly SampleRow[];
  /** One row per trial. */
  readonly trials: readonly TrialRow[];
}

type RunTables = { readonly [Name in keyof RunRows]: Table<SchemaOf<RunRows[Name][number]>> };

/**
 * Every table by name. Files are written in this order: the trials come last, so a trial with a row there has all its
 * other rows.
 */
export const TABLES = {
  variants: VARIANTS,
  epochs: EPOCHS,
  errors: ERRORS,
  sweeps: SWEEPS,
  gradients: GRADIENTS,
  samples: SAMPLES,
  trials: TRIALS,
  timings: TIMINGS,
  gpuTimings: GPU_TIMINGS,
  stepComparisons: STEP_COMPARISONS,
  stepKernels: STEP_KERNELS,
  slices: SLICES,
  memory: MEMORY,
  calibration: CALIBRATION,
} as const satisfies RunTables & Readonly<Record<string, Table>>;

type Tables = typeof TABLES;
type TableName = keyof Tables;
type NamesPer<Per extends Table["per"]> = {
  [Name in TableName]: Tables[Name]["per"] extends Per ? Name : never;
}[TableName];

/** Tables of a run's folder. */
export type RunTable = NamesPer<"run" | "trial">;
/** Tables that are written before the first trial. */
export type DescriptionTable = NamesPer<"run">;
/** Tables with the details of each trial. */
export type DetailTable = Exclude<NamesPer<"trial">, "trials">;

/** Rows by the names of their tables. */
export type RowsOf<Name extends RunTable> = Pick<RunRows, Name>;

const NAMES = Object.keys(TABLES) as TableName[];

/** Names of the tables of a run's folder, in the order of {@linkcode TABLES}. */
export const RUN_TABLES = NAMES.filter((name): name is RunTable => TABLES[name].per !== "folder");
/** Names of the tables with the details of each trial. */
export const DETAIL_TABLES = NAMES.filter((name): name is DetailTable =>
  TABLES[name].per === "trial" && name !== "trials"
);
/** Tables that are the only one of their folder. */
export const FOLDER_TABLES: readonly Table[] = Object.values(TABLES).filter(({ per }) => per === "folder");

/** For each table of `names`, the rows that `rowsOf` returns for it; the caller guarantees their type. */
export function collectRows<Name extends RunTable>(
  names: readonly Name[],
  rowsOf: (name: Name) => readonly object[],
): RowsOf<Name> {
  return Object.fromEntries(names.map((name) => [name, rowsOf(name)])) as unknown as RowsOf<Name>;
}

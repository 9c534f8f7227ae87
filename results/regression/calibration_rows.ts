/**
 * From comparisons to the rows of a calibration.
 *
 * @module
 */
import { adapterWords } from "../../base/graphics_api.ts";
import type { Run } from "../folder/store.ts";
import type { CalibrationRow } from "../rows/calibration.ts";
import { TABLES } from "../rows/list.ts";
import type { Side } from "./compare.ts";
import type { RegressionReport } from "./judgement.ts";

/** The side with other seeds in its rows. */
export function relabelled({ runs, ...side }: Side, seeds: ReadonlyMap<number, number>): Side {
  const rename = <Row extends { readonly seed: number }>(row: Row): Row => ({ ...row, seed: seeds.get(row.seed)! });
  return {
    ...side,
    runs: runs.map((run) => ({
      ...run,
      trials: run.trials.map(rename),
      errors: run.errors.map(rename),
      epochs: run.epochs.map(rename),
    })),
  };
}

/** What a calibration keeps of a comparison of `base` and `head`. */
export function rowsOf(
  { judged }: RegressionReport,
  { base, head, ...columns }:
    & Pick<CalibrationRow, "change" | "title" | "strikes" | "comparison" | "protocol">
    & { readonly base: Side; readonly head: Side },
): CalibrationRow[] {
  const { environment } = base.runs[0]!;
  return judged.map(({ subject, metric, base: before, head: after, change: { value, interval }, judgement }) => ({
    schema: TABLES.calibration.version,
    ...columns,
    subject,
    metric,
    base: before,
    head: after,
    value,
    ...interval,
    judgement,
    rounds: base.runs.length,
    same_weights: sameWeights(base.runs, head.runs, subject),

    adapter: adapterWords(environment),
    machine: `${environment.cpu}, ${environment.cpu_threads} threads`,
    commit: environment.commit,
  }));
}

function sameWeights(base: readonly Run[], head: readonly Run[], subject: string): number {
  const weights = (run: Run) =>
    run.trials.find(({ suite, variant }) => `${suite}/${variant}` === subject)?.weights_sha256;
  return base.filter((run, i) => weights(run) === weights(head[i]!)).length;
}

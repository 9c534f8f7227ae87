/**
 * From comparisons to the rows of a calibration.
 *
 * @module
 */
import type { CalibrationRow } from "../rows/calibration.ts";
import { TABLES } from "../rows/list.ts";
import type { RegressionReport } from "./judgement.ts";

/** What a calibration keeps of a comparison. */
export function rowsOf(
  { judged }: RegressionReport,
  columns: Pick<
    CalibrationRow,
    "change" | "title" | "strikes" | "comparison" | "seconds" | "protocol" | "adapter" | "machine" | "commit"
  >,
): CalibrationRow[] {
  return judged.map(({ subject, metric, base, head, change: { value, interval }, judgement, detail, rounds = 0 }) => ({
    schema: TABLES.calibration.version,
    ...columns,
    ...{ subject, metric, base, head, value, ...interval, judgement, rounds, detail },
  }));
}

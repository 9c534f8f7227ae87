/**
 * Options of everything that compares two revisions.
 *
 * @module
 */
import { float, message, object, option, withDefault } from "@optique/core";
import { THRESHOLDS } from "../results/regression/row.ts";

/** How a comparison judges, and what it prints. */
export const comparisonOptions = object({
  threshold: withDefault(
    option("--threshold", float({ metavar: "PERCENT", min: 0.1, max: 100 }), {
      description: message`From which change on times and memory count`,
    }),
    100 * THRESHOLDS.ratio,
  ),
  errorThreshold: withDefault(
    option("--error-threshold", float({ metavar: "POINTS", min: 0, max: 100 }), {
      description: message`From which change on error rates count, in percentage points`,
    }),
    THRESHOLDS.errorPct,
  ),
  strict: option("--strict", { description: message`Exit with 3 where something can't be told` }),
  annotations: option("--annotations", {
    description: message`Print an error annotation of GitHub's for each regression`,
  }),
});

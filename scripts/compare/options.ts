/**
 * Options of everything that compares two revisions.
 *
 * @module
 */
import { choice, float, message, object, option, withDefault } from "@optique/core";
import { type Judging, THRESHOLDS, TIMES } from "../../results/regression/judgement.ts";

/** What fails a comparison. */
export const FAIL_ON = ["worse", "changed"] as const;

/** How a comparison judges, and what it prints. */
export const comparisonOptions = object({
  threshold: withDefault(
    option("--threshold", float({ metavar: "PERCENT", min: 0.1, max: 100 }), {
      description:
        message`Change of the cost of a step that should be found, and of stored times and memory that counts, in per cent`,
    }),
    100 * THRESHOLDS.ratio,
  ),
  errorThreshold: withDefault(
    option("--error-threshold", float({ metavar: "POINTS", min: 0, max: 100 }), {
      description: message`Smallest change of error rates that counts, in percentage points`,
    }),
    THRESHOLDS.errorPct,
  ),
  failOn: withDefault(
    option("--fail-on", choice(FAIL_ON, { metavar: "CHANGE" }), {
      description:
        message`What exits with 1: worse, only what regressed; changed, also training that took another course, for better or worse`,
    }),
    "worse",
  ),
  strict: option("--strict", { description: message`Exit with 3 if something can't be decided, or only base has it` }),
  complete: option("--complete", {
    description: message`Exit with 3 if a planned trial is missing, or head lacks a variant, seed or metric of base`,
  }),
  annotations: option("--annotations", {
    description: message`Print a GitHub error annotation for each regression, and a warning for what is missing`,
  }),
});

/** Which times a comparison of stored runs judges. */
export const timesOption = withDefault(
  option("--times", choice(TIMES, { metavar: "TIMES" }), {
    description:
      message`Times to judge: in-turns, only those measured alternately; apart, also those of separate runs, where drift of the machine looks like a change; or none`,
  }),
  "in-turns",
);

/** Per cent as the thresholds have it. */
export function judgingOf(
  { threshold, errorThreshold }: { readonly threshold: number; readonly errorThreshold: number },
  times: Judging["times"] = "in-turns",
): Judging {
  return { thresholds: { ratio: threshold / 100, errorPct: errorThreshold }, times };
}

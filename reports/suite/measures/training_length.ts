/**
 * How long training took: epochs to a stated training error, and the epoch whose weights early stopping kept.
 *
 * @module
 */
import { type EpochRatio, epochRatio, type EpochsBySeed, epochsTo } from "../../../results/verdict/epochs_to.ts";
import { counted, integer, percent } from "../../page/format.ts";
import { escape, left, type Markdown, md, right, table, trusted } from "../../page/markdown.ts";
import { readFamilies } from "../families.ts";
import type { ReportData } from "../rows.ts";
import type { Section } from "../sections/section.ts";

/** How many epochs it takes to reach a training error. */
export const EPOCHS_TO_TARGET: Section = {
  heading: (data) => md`Epochs to ${reachTarget(data) ?? ""}% training error`,
  paragraphs: reachParagraphs,
};

/** When training was stopped, and which epoch was kept. */
export const EARLY_STOPPING: Section = { heading: md`Early stopping`, paragraphs: stoppingParagraphs };

/** An arm's epochs to the target, and how many times its baseline's they are. */
export interface Reach {
  readonly family: string;
  readonly name: string;
  readonly epochs: EpochsBySeed;
  /** Left out if the arm has no baseline. */
  readonly baseline?: string;
  /** Left out if no seed reached the target with both. */
  readonly ratio?: EpochRatio;
}

/** The training error, in per cent, that epochs are counted to; undefined if the suite names none. */
export function reachTarget({ runs }: ReportData): number | undefined {
  return runs[0]?.environment.reach_train_error_pct ?? undefined;
}

/** Epochs to the target of every arm with a finished trial; empty if the suite names no target. */
export function reaches(data: ReportData): readonly Reach[] {
  const target = reachTarget(data);
  if (target === undefined) return [];
  const measured = readFamilies(data.rows, ({ epochs }) => epochs.length === 0 ? undefined : epochsTo(epochs, target));
  return measured.flatMap(({ title, arms }) =>
    arms.map(({ name, row, value }): Reach => {
      const baseline = arms.find((arm) => arm.row.variant.variant === row.variant.baseline);
      const ratio = baseline === undefined ? undefined : epochRatio(value, baseline.value);
      return {
        family: title,
        name,
        epochs: value,
        ...(baseline && { baseline: baseline.name }),
        ...(ratio && { ratio }),
      };
    })
  );
}

/** The table of {@linkcode reaches}. */
function reachParagraphs(data: ReportData): Markdown[] {
  const measured = reaches(data);
  if (measured.length === 0) return [];
  const columns = [
    left("network"),
    left("arm"),
    right("epochs, mean (range)"),
    right("seeds that reached it"),
    left("baseline"),
    right("times the baseline's epochs (range over the seeds)"),
  ];
  return [
    md`The first epoch whose training error is ${
      reachTarget(data) ?? ""
    }% or less; that error is measured on the fly, each
      batch before its update, under the arm's own distortions and dropout. Ratios are over the seeds that reached it with
      both arms.`,
    table(
      columns,
      measured.map(({ family, name, epochs, baseline, ratio }) => [
        escape(family),
        escape(name),
        epochsCell(epochs),
        md`${integer(reached(epochs).length)} of ${integer(epochs.size)}`,
        escape(baseline ?? ""),
        ratio === undefined ? "" : ratioText(ratio),
      ]),
    ),
  ];
}

/** `0.17 (0.15 to 0.20)`, or `0.17` with one seed. */
export function ratioText({ value, low, high, n }: EpochRatio): Markdown {
  return md`${percent(value)}${n === 1 ? "" : md` (${percent(low)} to ${percent(high)})`}`;
}

/** Epochs of the seeds that reached the target. */
function reached(epochs: EpochsBySeed): number[] {
  return [...epochs.values()].filter((epoch) => epoch !== null);
}

function epochsCell(epochs: EpochsBySeed): Markdown {
  const values = reached(epochs);
  if (values.length === 0) return md`never`;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.length === 1
    ? integer(mean)
    : md`${trusted(mean.toFixed(1))} (${integer(Math.min(...values))} to ${integer(Math.max(...values))})`;
}

/** The epochs whose weights early stopping kept; empty if there was no early stopping. */
function stoppingParagraphs({ rows }: ReportData): Markdown[] {
  const measured = readFamilies(rows, ({ trials }) => {
    const kept = trials.filter((trial) => trial.status === "done")
      .flatMap(({ seed, best_epoch }) => best_epoch === null ? [] : [[seed, best_epoch] as const]);
    return kept.length === 0 ? undefined : new Map(kept);
  });
  return [table(
    [left("network"), left("arm"), right("epoch kept, mean (range)"), right("of"), right("seeds")],
    measured.flatMap(({ title, arms }) =>
      arms.map(({ name, row, value }) => [
        escape(title),
        escape(name),
        epochsCell(value),
        counted(row.trials.find((trial) => trial.status === "done")?.epochs ?? 0, "epoch"),
        integer(value.size),
      ])
    ),
  )];
}

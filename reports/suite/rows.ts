/**
 * From runs to the rows of a report: one row per variant, learning rate and profile, its trials pooled over all runs.
 *
 * @module
 */
import { UserError } from "../../base/errors.ts";
import type { Published } from "../../data/published.ts";
import type { Environment } from "../../results/folder/environment.ts";
import { differenceOfVariants, differIn } from "../../results/folder/same_variant.ts";
import type { Run } from "../../results/folder/store.ts";
import type { EpochRow } from "../../results/rows/epochs.ts";
import type { ErrorRow } from "../../results/rows/errors.ts";
import type { GradientRow } from "../../results/rows/gradients.ts";
import type { SweepRow } from "../../results/rows/sweeps.ts";
import type { TrialRow } from "../../results/rows/trials.ts";
import type { VariantRow } from "../../results/rows/variants.ts";
import { compareRows, type Comparisons } from "../../results/verdict/against_baselines.ts";
import { summarise, type Summary, type Verdict, verdict } from "../../results/verdict/against_published.ts";
import { oneLine } from "../page/markdown.ts";

/** A row of the result table, with everything measured for it. */
export interface ReportRow {
  readonly variant: VariantRow;
  readonly profile: Environment["profile"];
  /** A name that is unique within the recipe: the network, else the variant's title, else its id. */
  readonly name: string;
  /** The recipe, with the learning rate if the report mixes a variant's rates. */
  readonly recipe: string;
  /** `recipe`, with the profile if the report mixes profiles. */
  readonly series: string;
  /** Sorted by seed. */
  readonly trials: readonly TrialRow[];
  /** Learning curves, misclassified digits and what else was measured of the finished trials. */
  readonly epochs: readonly EpochRow[];
  readonly errors: readonly ErrorRow[];
  readonly sweeps: readonly SweepRow[];
  readonly gradients: readonly GradientRow[];
  /** Left out if no trial finished. */
  readonly summary?: Summary;
  /** Left out if the variant names none. */
  readonly published?: Published;
  /** Left out if `summary` or `published` is. */
  readonly verdict?: Verdict;
}

/** A row that was measured and has a published counterpart. */
export type JudgedRow = ReportRow & Required<Pick<ReportRow, "summary" | "published" | "verdict">>;

/** All that a report is made from. */
export interface ReportData {
  /** The fullest profile first, then by start. */
  readonly runs: readonly Run[];
  /** Networks in the suite's order, the rows of one network together. */
  readonly rows: readonly ReportRow[];
  /** Every row that names a baseline, compared with it. */
  readonly comparisons: Comparisons<ReportRow>;
  /** Variants without any trial. */
  readonly untried: readonly Pick<ReportRow, "variant" | "name">[];
  readonly published: readonly Published[];
  /** What other choices than the papers' do to the same networks: rows of suite `open_choices`; may be empty. */
  readonly openChoices: readonly ReportRow[];
}

/** What all trials of a row must share for their mean to make sense. */
const PROTOCOL = [
  "model",
  "recipe",
  "parameters",
  "dataset_sha256",
  "train_images",
  "validation_images",
  "test_images",
  "epochs",
  "batch",
  "learning_rate",
  "tfjs",
  "backend",
  "adapter",
  "api",
  "kernels",
] as const satisfies readonly (keyof TrialRow)[];

const PROFILES: readonly Environment["profile"][] = ["paper", "quick", "smoke"];

/** Whether a row was measured and can be compared with a published number. */
export function isJudged(row: ReportRow): row is JudgedRow {
  return row.summary !== undefined && row.published !== undefined && row.verdict !== undefined;
}

/** One row per variant, whatever its profiles. */
export function triedRows(rows: readonly ReportRow[]): ReportRow[] {
  return [...new Map(rows.map((row) => [row.variant, row])).values()];
}

/**
 * Pools runs of one suite. Their order does not matter.
 *
 * @throws {UserError} Runs of several suites, trials of one row that were not run alike, a seed that was run twice, a
 * trial of an unknown variant, or an unknown published id.
 */
export function collect(
  given: readonly Run[],
  published: readonly Published[],
  { openChoices = [] }: Partial<Pick<ReportData, "openChoices">> = {},
): ReportData {
  const runs = given.toSorted((a, b) => compareTexts(runKey(a), runKey(b)));
  const suites = [...new Set(runs.map((run) => run.environment.suite))];
  if (suites.length !== 1) {
    throw new UserError(
      `Cannot make one report of the suites "${suites.join('", "')}". Name run folders of one suite.`,
    );
  }
  const profiles = PROFILES.filter((profile) => runs.some((run) => run.trials.some((t) => t.profile === profile)));
  const variants = variantsOf(runs);
  const nameOf = naming(variants);
  const severalRates = new Set(
    variants.filter(({ variant }, i) => variants.findIndex((other) => other.variant === variant) !== i)
      .map(({ variant }) => variant),
  );
  const judgedOn = runs[0]?.environment.judged_on ?? "test";
  const rows = variants.flatMap((variant) =>
    profiles.flatMap((profile): ReportRow[] => {
      const parts = runs.map((run) => partOf(run, { variant, profile }));
      const trials = parts.flatMap((part) => part.trials).toSorted((a, b) => a.seed - b.seed);
      if (trials.length === 0) return [];
      const recipe = oneLine(
        severalRates.has(variant.variant) ? `${variant.recipe}, rate ${variant.learning_rate}` : variant.recipe,
      );
      return [{
        variant,
        profile,
        name: nameOf(variant),
        recipe,
        series: profiles.length > 1 ? `${recipe} (${profile})` : recipe,
        trials: checkPoolable(trials),
        epochs: parts.flatMap((part) => part.epochs),
        errors: parts.flatMap((part) => part.errors),
        sweeps: parts.flatMap((part) => part.sweeps),
        gradients: parts.flatMap((part) => part.gradients),
        ...judge(trials, { published: find(variant, published), judgedOn }),
      }];
    })
  );
  const reported = new Set(rows.flatMap(({ trials }) => trials));
  const lost = runs.flatMap(({ trials }) => trials).find((trial) => !reported.has(trial));
  if (lost !== undefined) {
    throw new UserError(
      `Trial "${lost.trial}" has learning rate "${lost.learning_rate}", which no variants.csv has for its variant. ` +
        "Restore the run folder's files as they were written.",
    );
  }
  const tried = new Set(rows.map((row) => row.variant));
  const untried = variants.filter((variant) => !tried.has(variant))
    .map((variant) => ({ variant, name: nameOf(variant) }));
  return { runs, rows, comparisons: compareRows(rows, { judgedOn }), untried, published, openChoices };
}

/** The fullest profile first, then by start; the rest of the key only breaks ties. */
function runKey({ environment: { profile, started, command } }: Run): string {
  return `${PROFILES.indexOf(profile)} ${started} ${command}`;
}

/** By code unit: `localeCompare` depends on the machine. */
function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Every variant once per learning rate, the variants of one network together. */
function variantsOf(runs: readonly Run[]): VariantRow[] {
  const first = new Map<string, VariantRow>();
  for (const variant of runs.flatMap((run) => run.variants)) {
    const key = `${variant.variant} ${variant.learning_rate}`;
    if (!first.has(key)) first.set(key, variant);
  }
  return [...Map.groupBy(first.values(), (variant) => variant.model).values()].flat();
}

/** The shortest kind of name that, with the recipe, is unique: network, title or id. */
function naming(variants: readonly VariantRow[]): (variant: VariantRow) => string {
  const kinds = [
    (variant: VariantRow) => variant.model_title,
    (variant: VariantRow) => variant.title,
    (variant: VariantRow) => variant.variant,
  ];
  const ids = new Set(variants.map(({ variant }) => variant));
  const tellsApart = (name: (variant: VariantRow) => string) =>
    new Set(variants.map((variant) => JSON.stringify([name(variant), variant.recipe]))).size === ids.size;
  const name = kinds.find(tellsApart) ?? ((variant) => variant.variant);
  return (variant) => oneLine(name(variant));
}

/** A run's share of a row. */
function partOf(run: Run, row: Pick<ReportRow, "variant" | "profile">) {
  const { variant, learning_rate } = row.variant;
  const trials = run.trials.filter((trial) =>
    trial.variant === variant && trial.learning_rate === learning_rate && trial.profile === row.profile
  );
  const done = new Set(trials.filter((trial) => trial.status === "done").map((trial) => trial.trial));
  return {
    trials,
    epochs: run.epochs.filter((epoch) => done.has(epoch.trial)),
    errors: run.errors.filter((error) => done.has(error.trial)),
    sweeps: run.sweeps.filter((sweep) => done.has(sweep.trial)),
    gradients: run.gradients.filter((gradient) => done.has(gradient.trial)),
  };
}

/** Returns the trials of a row if they differ in nothing but the seed. */
function checkPoolable(trials: readonly TrialRow[]): readonly TrialRow[] {
  const done = trials.filter((trial) => trial.status === "done");
  const difference = differenceOfVariants(done);
  if (difference !== undefined) {
    throw new UserError(
      `Cannot pool the trials of "${done[0]!.variant}" at profile "${
        done[0]!.profile
      }": the variant's record was changed ` +
        `between them, says ${difference}. Report these run folders apart.`,
    );
  }
  const first = done.find(({ api }) => api !== "") ?? done[0]!;
  for (const [index, other] of done.entries()) {
    const differs = PROTOCOL.find((column) => differIn(column, first, other));
    if (differs !== undefined) {
      throw new UserError(
        `Cannot pool the trials of "${other.variant}" at profile "${other.profile}": ${differs} is ` +
          `"${first[differs]}" in one and "${other[differs]}" in another. Report these run folders apart.`,
      );
    }
    if (done[index - 1]?.seed === other.seed) {
      throw new UserError(
        `Cannot pool the trials of "${other.variant}" at profile "${other.profile}": seed "${other.seed}" was run ` +
          "twice. Leave one of the run folders out.",
      );
    }
  }
  return trials;
}

/** The published number that a variant names. */
function find(variant: VariantRow, published: readonly Published[]): Published | undefined {
  if (variant.published === "") return undefined;
  const found = published.find((each) => each.id === variant.published);
  if (found === undefined) {
    throw new UserError(
      `Variant "${variant.variant}" names the published result "${variant.published}", which data/published.csv does ` +
        "not contain. Correct the id in the suite or add the row.",
    );
  }
  return found;
}

/** What was measured, next to what was published. */
function judge(
  trials: readonly TrialRow[],
  options: { readonly published: Published | undefined; readonly judgedOn: Environment["judged_on"] },
): Pick<ReportRow, "summary" | "published" | "verdict"> {
  const { published, judgedOn } = options;
  const summary = summarise(trials, judgedOn);
  return {
    ...(summary && { summary }),
    ...(published && { published }),
    ...(summary && published && { verdict: verdict(summary, published) }),
  };
}

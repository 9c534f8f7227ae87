/**
 * `deno task bench SUITE --against REV`: another revision and this checkout, compared in how they train and what that
 * costs.
 *
 * @module
 */
import { type InferValue, integer, merge, message, object, option, string, withDefault } from "@optique/core";
import { quoted, UserError } from "../../base/errors.ts";
import { commitOf } from "../../device/commit.ts";
import { fittingPlan } from "../../engine/running/load_data.ts";
import { plan } from "../../engine/running/plan.ts";
import { counted } from "../../reports/page/format.ts";
import { SUITES } from "../../suites/list.ts";
import { checkAdapter } from "../command/adapter_option.ts";
import { dataDirectory, INTERRUPTED, interruptSignal, newRunDirectory } from "../command/cli.ts";
import { makeFolder } from "../command/new_folder.ts";
import { CACHE_DIR } from "../command/path_options.ts";
import { compareCheckouts } from "../compare/comparison.ts";
import { comparisonOptions, judgingOf } from "../compare/options.ts";
import { concludeComparison } from "../compare/output.ts";
import { openComparison } from "../compare/trainings.ts";
import { addWorktree, resolveRevision } from "../compare/worktree.ts";
import { benchOptions, optionName, refuseContradictions, typedOptions } from "./options.ts";
import { imagesOf, loadFor } from "./suite.ts";

/** Trained of each variant whose training differs, unless the user says otherwise. */
export const SEEDS = 5;

/** Of timing, at most, unless the user says otherwise. */
export const ROUNDS = 16;

/** Options of `deno task bench SUITE --against REV`. */
export const againstOptions = merge(
  "Options",
  benchOptions,
  object({
    against: option("--against", string({ metavar: "REV" }), {
      description: message`Commit, branch or tag to compare this checkout with`,
    }),
    rounds: withDefault(
      option("--rounds", integer({ metavar: "N", min: 0, max: 1000 }), {
        description:
          message`Rounds of timing at most, each with fresh processes; clear cases end earlier. 0 times nothing`,
      }),
      ROUNDS,
    ),
  }),
  comparisonOptions,
);

/** What was typed. */
export type AgainstOptions = InferValue<typeof againstOptions>;

/** Options that mean nothing, or something else, in a comparison of two revisions. */
const REFUSED = [
  "--in-slices",
  "--list",
  "--dry-run",
  "--resume",
  "--retry-failed",
  "--checkpoint-seconds",
  "--timings",
  "--shard",
];

/** Measures, compares, writes `compare.md` and `compare.json`; returns the exit status of a comparison. */
export async function benchAgainst(options: AgainstOptions): Promise<number> {
  refuseContradictions(options);
  const suite = SUITES.find(({ id }) => id === options.suite);
  const [refused] = typedOptions(options).filter((name) => REFUSED.includes(name));
  if (suite === undefined) throw new UserError("--against needs a suite. Name one in front: deno task bench SUITE ...");
  if (refused !== undefined) {
    throw new UserError(`${refused} can't be combined with --against. Leave it out.`);
  }
  const { profile, filter, against, firstSeed, seeds = SEEDS, rounds } = options;
  await checkAdapter(options.adapter);
  const planned = plan(suite, { profile, ...(filter !== undefined && { filter }), ...imagesOf(options) });
  const commit = await resolveRevision(against);
  const directory = options.out ?? newRunDirectory(`${suite.id}-against`, profile);
  const out = makeFolder(directory);
  const dataset = await loadFor(planned, options);
  const work = fittingPlan(planned, dataset);
  if (dataset.notice) console.error(`Note: ${dataset.notice}`);
  const signal = interruptSignal(() => console.error("Stopping; Ctrl-C again stops at once."));
  try {
    await using worktree = await addWorktree(commit);
    const base = { name: "base", root: worktree.root, commit };
    const head = { name: "head", root: Deno.cwd(), commit: await commitOf(Deno.cwd()) };
    const args = benchArguments(options, dataset.id);
    using _folder = openComparison({ args, out }, { contenders: [base, head], dataset: dataset.sha256 });
    console.log(
      `${suite.title}: ${commit.slice(0, 12)} (base) and this checkout (head), ` +
        `${counted(work.variants.length, "variant")}, profile ${profile}\nData: ${dataset.title}`,
    );
    const judging = judgingOf(options);
    const report = await compareCheckouts({
      ...{ suite: suite.id, profile, args, base, head, firstSeed, seeds, rounds, judging, out, signal },
      say: console.error,
    });
    return concludeComparison(report, {
      ...options,
      ...judging,
      base: `${against} (${commit.slice(0, 12)})`,
      head: `this checkout (${head.commit.slice(0, 12)})`,
      markdown: `${directory}/compare.md`,
      json: `${directory}/compare.json`,
    });
  } catch (error) {
    if (!signal.aborted) throw error;
    console.error(
      `Interrupted; what was measured is kept. To resume, give the same command --out ${quoted(directory)}.`,
    );
    return INTERRUPTED;
  }
}

/** Arguments for both revisions. The data is already here, so neither has to fetch it. */
function benchArguments(options: AgainstOptions, dataset: string): string[] {
  const { suite, profile, epochs, filter, backend, kernels, dataDir, dataStore, transpose } = options;
  const folder = dataDirectory(dataDir) ?? CACHE_DIR;
  return [
    suite!,
    ...["--profile", profile],
    ...(epochs === undefined ? [] : ["--epochs", String(epochs)]),
    ...Object.entries(imagesOf(options)).flatMap(([name, count]) => [optionName(name), String(count)]),
    ...(filter === undefined ? [] : ["--filter", filter]),
    ...(transpose ? ["--transpose"] : []),
    ...(dataStore === undefined ? [] : ["--data-store", Deno.realPathSync(dataStore)]),
    ...["--backend", backend],
    ...(kernels === undefined ? [] : ["--kernels", kernels]),
    ...(dataset.startsWith("synthetic") ? ["--dataset", "synthetic"] : ["--data-dir", Deno.realPathSync(folder)]),
  ];
}

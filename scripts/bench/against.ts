/**
 * `deno task bench SUITE --against REV`: another revision and this checkout, measured alternately and compared.
 *
 * @module
 */
import { type InferValue, integer, merge, message, object, option, string, withDefault } from "@optique/core";
import { duration } from "../../base/duration.ts";
import { quoted, UserError } from "../../base/errors.ts";
import { commitOf } from "../../device/commit.ts";
import { fittingPlan } from "../../engine/running/load_data.ts";
import { plan } from "../../engine/running/plan.ts";
import { counted } from "../../reports/page/format.ts";
import { compareSides } from "../../results/regression/compare.ts";
import type { Judging, RegressionReport } from "../../results/regression/judgement.ts";
import { wantsRepeat } from "../../results/regression/repeat.ts";
import { SUITES } from "../../suites/list.ts";
import { checkAdapter } from "../command/adapter_option.ts";
import { dataDirectory, INTERRUPTED, interruptSignal, newRunDirectory } from "../command/cli.ts";
import { makeFolder } from "../command/new_folder.ts";
import { CACHE_DIR } from "../command/path_options.ts";
import { type Contender, openTurns, runRound, sideOfTurns, type Turns } from "../compare/alternation.ts";
import { comparisonOptions, judgingOf } from "../compare/options.ts";
import { concludeComparison } from "../compare/output.ts";
import { addWorktree, resolveRevision } from "../compare/worktree.ts";
import { benchOptions, optionName, refuseContradictions, typedOptions } from "./options.ts";
import { imagesOf, loadFor } from "./suite.ts";

/** Options of `deno task bench SUITE --against REV`. */
export const againstOptions = merge(
  "Options",
  benchOptions,
  object({
    against: option("--against", string({ metavar: "REV" }), {
      description: message`Commit, branch or tag to compare this checkout with`,
    }),
    rounds: withDefault(
      option("--rounds", integer({ metavar: "N", min: 1, max: 1000 }), {
        description:
          message`Rounds, one seed each, in which both train every variant once; as many again confirm what looks like a change of speed`,
      }),
      5,
    ),
  }),
  comparisonOptions,
);

/** What was typed. */
export type AgainstOptions = InferValue<typeof againstOptions>;

/** Options that mean nothing, or something else, in a comparison of two revisions. */
const REFUSED = [
  "--seeds",
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
    throw new UserError(`${refused} can't be combined with --against, whose rounds are seeds. Leave it out.`);
  }
  const { profile, filter, against } = options;
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
    await using base = await addWorktree(commit);
    const head = { name: "head", root: Deno.cwd(), commit: await commitOf(Deno.cwd()) };
    const contenders = [{ name: "base", root: base.root, commit }, head];
    const args = benchArguments(options, dataset.id);
    using _folder = openTurns({ args, out }, { contenders, dataset: dataset.sha256 });
    console.log(
      `${suite.title}: ${commit.slice(0, 12)} (base) and this checkout (head) alternately, ` +
        `${counted(work.variants.length, "variant")}, ${counted(options.rounds, "round")}, profile ${profile}\n` +
        `Data: ${dataset.title}`,
    );
    const judging = judgingOf(options);
    const report = await judge(contenders, { turns: { args, out, signal }, judging, options });
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

/** Measures the rounds, and as many again if the first look like a change of speed. */
async function judge(
  contenders: readonly Contender[],
  { turns, judging, options: { rounds, firstSeed } }: {
    readonly turns: Turns;
    readonly judging: Judging;
    readonly options: Pick<AgainstOptions, "rounds" | "firstSeed">;
  },
): Promise<RegressionReport> {
  const seeds = Array.from({ length: 2 * rounds }, (_, round) => firstSeed + round);
  const measure = (from: number) => measureRounds(contenders, { ...turns, seeds, from, to: from + rounds });
  const compare = (count: number) => {
    const [base, head] = contenders.map((contender) => sideOfTurns(turns.out, contender, seeds.slice(0, count)));
    return compareSides(base!, head!, judging);
  };
  await measure(0);
  const report = compare(rounds);
  if (!wantsRepeat(report)) return report;
  console.error("Something looks like a change of speed: measuring as many rounds again.");
  await measure(rounds);
  return compare(2 * rounds);
}

async function measureRounds(
  contenders: readonly Contender[],
  { seeds, from, to, ...turns }: Turns & {
    /** One per round. */
    readonly seeds: readonly number[];
    readonly from: number;
    readonly to: number;
  },
): Promise<void> {
  const started = performance.now();
  for (let round = from; round < to; round++) {
    await runRound(contenders, { round, seed: seeds[round]!, ...turns });
    const [done, rounds] = [round + 1 - from, to - from];
    const seconds = (performance.now() - started) / 1000;
    const left = done === rounds ? "" : `, about ${duration(seconds / done * (rounds - done))} left`;
    console.error(`Round ${done} of ${rounds}${left}`);
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

/**
 * `deno task bench SUITE --against REV`: another revision and the present state, measured in turns and compared.
 *
 * @module
 */
import { type InferValue, integer, merge, message, object, option, string, withDefault } from "@optique/core";
import { duration } from "../base/duration.ts";
import { UserError } from "../base/errors.ts";
import { commitOf } from "../engine/commit.ts";
import { plan } from "../engine/plan.ts";
import { compareSides, readSide } from "../results/regression/compare.ts";
import { wantsRepeat } from "../results/regression/repeat.ts";
import type { RegressionReport, Thresholds } from "../results/regression/row.ts";
import { counted } from "../reports/format.ts";
import { SUITES } from "../suites/mod.ts";
import { benchOptions, refuseContradictions, typedOptions } from "./bench_options.ts";
import { loadFor } from "./bench_suite.ts";
import { CACHE_DIR, dataDirectory, INTERRUPTED, interruptSignal, newRunDirectory } from "./cli.ts";
import { comparisonOptions } from "./comparison_options.ts";
import { concludeComparison } from "./comparison_output.ts";
import { type Contender, runRound } from "./in_turns.ts";
import { addWorktree } from "./worktree.ts";

/** Options of `deno task bench SUITE --against REV`. */
export const againstOptions = merge(
  "Options",
  benchOptions,
  object({
    against: option("--against", string({ metavar: "REV" }), {
      description: message`Commit, branch or tag to compare the present state with`,
    }),
    rounds: withDefault(
      option("--rounds", integer({ metavar: "N", min: 1, max: 1000 }), {
        description:
          message`Rounds, a seed each, in which both train every variant once; as many again confirm what looks like a change of speed`,
      }),
      3,
    ),
  }),
  comparisonOptions,
);

/** What was typed. */
export type AgainstOptions = InferValue<typeof againstOptions>;

/** Options that mean nothing, or something else, where two revisions take turns. */
const REFUSED = [
  "--seeds",
  "--list",
  "--dry-run",
  "--resume",
  "--retry-failed",
  "--checkpoint-seconds",
  "--shard",
];

/** Measures, compares, writes `compare.md` and `compare.json`; returns the exit status of a comparison. */
export async function benchAgainst(options: AgainstOptions): Promise<number> {
  refuseContradictions(options);
  const suite = SUITES.find(({ id }) => id === options.suite);
  const [refused] = typedOptions(options).filter((name) => REFUSED.includes(name));
  if (suite === undefined) throw new UserError("--against needs a suite. Name one in front: deno task bench SUITE ...");
  if (refused !== undefined) throw new UserError(`${refused} does not go with --against, whose rounds are seeds.`);
  const { profile, filter } = options;
  const work = plan(suite, { profile, ...(filter !== undefined && { filter }) });
  const dataset = await loadFor(work, options);
  const directory = options.out ?? newRunDirectory(`${suite.id}-against`, profile);
  await Deno.mkdir(directory, { recursive: true });
  const signal = interruptSignal(() => console.error("Stopping; Ctrl-C again stops at once."));
  const worktree = await addWorktree(options.against, { name: `against-${Deno.pid}` });
  const head = { name: "head", root: Deno.cwd(), commit: await commitOf(Deno.cwd()) };
  const contenders = [{ name: "base", ...worktree }, head];
  console.log(
    `${suite.title}: ${worktree.commit.slice(0, 12)} (base) and the present state (head) in turns, ` +
      `${counted(work.variants.length, "variant")}, ${
        counted(options.rounds, "round")
      }, profile ${profile}\nData: ${dataset.title}`,
  );
  const args = benchArguments(options, dataset.id);
  const measure = (from: number) =>
    measureRounds(contenders, { args, out: Deno.realPathSync(directory), signal, from, options });
  try {
    await measure(0);
    const thresholds = { ratio: options.threshold / 100, errorPct: options.errorThreshold };
    let report = compareFolder(directory, thresholds);
    if (wantsRepeat(report)) {
      console.error("Something looks like a change of speed: measuring as many rounds again.");
      await measure(options.rounds);
      report = compareFolder(directory, thresholds);
    }
    return concludeComparison(report, {
      ...options,
      thresholds,
      base: `${options.against} (${worktree.commit.slice(0, 12)})`,
      head: "the present state",
      markdown: `${directory}/compare.md`,
      json: `${directory}/compare.json`,
    });
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    console.error(
      `Interrupted; what was measured is in ${directory}. The same command with --out ${directory} goes on.`,
    );
    return INTERRUPTED;
  } finally {
    await worktree.remove();
  }
}

function compareFolder(directory: string, thresholds: Thresholds): RegressionReport {
  return compareSides(readSide(`${directory}/base`), readSide(`${directory}/head`), { thresholds });
}

async function measureRounds(
  contenders: readonly Contender[],
  { args, out, signal, from, options: { rounds, firstSeed } }: {
    readonly args: readonly string[];
    readonly out: string;
    readonly signal: AbortSignal;
    /** The first round, from 0. */
    readonly from: number;
    readonly options: Pick<AgainstOptions, "rounds" | "firstSeed">;
  },
): Promise<void> {
  const started = performance.now();
  for (let round = from; round < from + rounds; round++) {
    await runRound(contenders, { round, seed: firstSeed + round, args, out, signal });
    const done = round - from + 1;
    const seconds = (performance.now() - started) / 1000;
    const left = done === rounds ? "" : `, about ${duration(seconds / done * (rounds - done))} left`;
    console.error(`Round ${done} of ${rounds}${left}`);
  }
}

/** What both revisions are told; the data is here already, so that none of them has to fetch it. */
function benchArguments(
  { suite, profile, epochs, filter, backend, kernels, dataDir }: AgainstOptions,
  dataset: string,
): string[] {
  const folder = dataDirectory(dataDir) ?? CACHE_DIR;
  return [
    suite!,
    ...["--profile", profile],
    ...(epochs === undefined ? [] : ["--epochs", String(epochs)]),
    ...(filter === undefined ? [] : ["--filter", filter]),
    ...["--backend", backend],
    ...(kernels === undefined ? [] : ["--kernels", kernels]),
    ...(dataset.startsWith("synthetic") ? ["--dataset", "synthetic"] : ["--data-dir", Deno.realPathSync(folder)]),
  ];
}

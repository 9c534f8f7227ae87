/**
 * `deno task calibrate`: how often comparisons of this program with itself raise a false alarm, and which injected
 * faults they find.
 *
 * Every comparison is made as `deno task bench SUITE --against REV` makes it, with seeds and processes of its own.
 *
 * @module
 */
import { type InferValue, integer, message, object, option, withDefault } from "@optique/core";
import { run } from "@optique/run";
import { replaceFile } from "../base/durable_write.ts";
import { duration } from "../base/duration.ts";
import { UserError } from "../base/errors.ts";
import { adapterWords } from "../base/graphics_api.ts";
import { commitOf } from "../device/commit.ts";
import { readRun } from "../results/folder/store.ts";
import { rowsOf } from "../results/regression/calibration_rows.ts";
import { THRESHOLDS } from "../results/regression/judgement.ts";
import { type CalibrationRow, SAME_CODE } from "../results/rows/calibration.ts";
import { TABLES } from "../results/rows/list.ts";
import { encodeTable, holdsTable, readTable } from "../results/rows/table.ts";
import { ROUNDS, SEEDS } from "./bench/against.ts";
import { inject, type Injection, INJECTIONS } from "./calibrate/injections.ts";
import { dataDirectory, INTERRUPTED, interruptSignal, main, RUN_OPTIONS } from "./command/cli.ts";
import { makeFolder } from "./command/new_folder.ts";
import { CALIBRATE_PATHS } from "./command/path_options.ts";
import { pathOptions } from "./command/path_parsers.ts";
import { compareCheckouts } from "./compare/comparison.ts";
import type { Contender } from "./compare/contender.ts";
import { openComparison } from "./compare/trainings.ts";
import { addWorktree, resolveRevision } from "./compare/worktree.ts";

const SUITE = { suite: "lenet300", profile: "quick" } as const;

/** A fully connected and a convolutional network. */
const ARGUMENTS = [
  SUITE.suite,
  ...["--profile", SUITE.profile],
  ...["--epochs", "3"],
  ...["--filter", "fc-784-300-10.modern,conv6-pool-fc100.modern"],
];

const parser = object("Options", {
  comparisons: withDefault(
    option("--comparisons", integer({ metavar: "N", min: 1, max: 1000 }), {
      description: message`Comparisons of the program with itself`,
    }),
    100,
  ),
  injected: withDefault(
    option("--injected", integer({ metavar: "N", min: 0, max: 1000 }), {
      description: message`Comparisons for each injected fault; for minor ones a quarter`,
    }),
    20,
  ),
  ...pathOptions(CALIBRATE_PATHS),
});

type Options = InferValue<typeof parser>;

/** What is compared with the base: the same code, or code with a fault in it. */
type Subject = Pick<CalibrationRow, "change" | "title" | "strikes"> & {
  readonly contender: Contender;
  readonly comparisons: number;
};

if (import.meta.main) {
  const options = run(parser, {
    programName: "deno task calibrate",
    brief: message`Find out how often comparisons raise false alarms, and which faults they find.`,
    footer:
      message`Ctrl-C keeps the finished comparisons; the same command resumes. Takes hours, during which nothing else should run.`,
    showDefault: true,
    ...RUN_OPTIONS,
  });
  await main(() => calibrate(options));
}

async function calibrate(options: Options): Promise<number> {
  const folder = dataDirectory(options.dataDir);
  if (folder === undefined) {
    throw new UserError("No data directory is named. Name a folder with MNIST by --data-dir.");
  }
  const out = makeFolder(options.out);
  const signal = interruptSignal(() => console.error("Stopping; Ctrl-C again stops at once."));
  await using worktrees = new AsyncDisposableStack();
  const commit = await resolveRevision("HEAD");
  const checkout = async (name: string, injection?: Injection): Promise<Contender> => {
    const { root } = worktrees.use(await addWorktree(commit));
    if (injection) await inject(injection, root);
    return { name, root, commit: await commitOf(root) };
  };
  try {
    const base = await checkout("base");
    const subjects: Subject[] = [{
      ...{ change: SAME_CODE, title: "the same code", strikes: "" },
      contender: await checkout("head"),
      comparisons: options.comparisons,
    }];
    for (const injection of INJECTIONS) {
      const { id: change, title, strikes, isMinor } = injection;
      const contender = { ...await checkout(change, injection), name: "head" };
      const comparisons = isMinor ? Math.ceil(options.injected / 4) : options.injected;
      subjects.push({ change, title, strikes, contender, comparisons });
    }
    const args = [...ARGUMENTS, "--data-dir", Deno.realPathSync(folder)];
    using _folder = openComparison({ args, out }, { contenders: [base], dataset: "MNIST" });
    await compareAll(subjects, { base, args, out, signal });
    console.log(`Rows: ${options.out}/${TABLES.calibration.file}`);
    return 0;
  } catch (error) {
    if (!signal.aborted) throw error;
    return INTERRUPTED;
  }
}

/** Comparisons in turn, one of each subject and then the next: what changes in the hours between strikes all alike. */
async function compareAll(
  subjects: readonly Subject[],
  { base, args, out, signal }: {
    readonly base: Contender;
    readonly args: readonly string[];
    readonly out: string;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const most = Math.max(...subjects.map(({ comparisons }) => comparisons));
  const plan = Array.from({ length: most }, (_, i) => i + 1)
    .flatMap((comparison) =>
      subjects.filter(({ comparisons }) => comparison <= comparisons).map((subject) => ({
        subject,
        comparison,
      }))
    );
  const rows: CalibrationRow[] = holdsTable(TABLES.calibration, out)
    ? [...readTable(TABLES.calibration, out).rows]
    : [];
  const left = plan.filter(({ subject: { change }, comparison }) =>
    !rows.some((row) => row.change === change && row.comparison === comparison)
  );
  const begun = performance.now();
  for (const [done, { subject, comparison }] of left.entries()) {
    signal.throwIfAborted();
    const { change, title, strikes, contender: head } = subject;
    const place = `${out}/${change}/${comparison}`;
    const started = performance.now();
    const report = await compareCheckouts({
      ...SUITE,
      ...{ base, head, args, out: place, signal },
      firstSeed: (comparison - 1) * SEEDS + 1,
      seeds: SEEDS,
      // The cost of a fault in training is not judged.
      rounds: strikes === "" || strikes === "speed" ? ROUNDS : 0,
      judging: { thresholds: THRESHOLDS, times: "none" },
    });
    const seconds = (performance.now() - started) / 1000;
    const { environment } = readRun(`${place}/base/seed-${(comparison - 1) * SEEDS + 1}`);
    rows.push(...rowsOf(report, {
      ...{ change, title, strikes, comparison, seconds },
      protocol: `deno task bench ${ARGUMENTS.join(" ")}`,
      adapter: adapterWords(environment),
      machine: `${environment.cpu}, ${environment.cpu_threads} threads`,
      commit: environment.commit,
    }));
    replaceFile({ path: `${out}/${TABLES.calibration.file}`, text: encodeTable(TABLES.calibration, rows) });
    const each = (performance.now() - begun) / 1000 / (done + 1);
    const found = report.judged.filter(({ judgement }) => judgement !== "same" && judgement !== "cannot tell");
    console.error(
      `${change} ${comparison}: ${
        found.map(({ subject, metric, judgement }) => `${subject} ${metric} ${judgement}`).join(", ") || "nothing"
      }; ` +
        `${duration(seconds)}; ${left.length - done - 1} left, about ${duration(each * (left.length - done - 1))}`,
    );
  }
}

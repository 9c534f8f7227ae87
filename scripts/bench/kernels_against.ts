/**
 * `deno task bench kernels --against REV`: training steps of another revision and of this checkout, timed alternately.
 *
 * @module
 */
import { relative } from "node:path";
import { messageOf, UserError } from "../../base/errors.ts";
import { commitOf } from "../../device/commit.ts";
import { driverOf, readDriver } from "../../device/driver.ts";
import { API_VARIABLE } from "../../device/graphics_api.ts";
import { readProvenance } from "../../device/provenance.ts";
import { type ElapsedPair, inTurns, type Sides, timePairs } from "../../engine/timing/alternating.ts";
import type { TimingSubject } from "../../engine/timing/kernels/subjects.ts";
import type { Elapsed, TimingOptions } from "../../engine/timing/timed_work.ts";
import { counted, times } from "../../reports/page/format.ts";
import { writeReport } from "../../reports/page/report_files.ts";
import { renderStepComparison } from "../../reports/timing/step_comparison.ts";
import { TABLES } from "../../results/rows/list.ts";
import type { StepComparisonRow } from "../../results/rows/steps/step_comparisons.ts";
import { createTable, readTable } from "../../results/rows/table.ts";
import { rounded, roundsOf } from "../../results/rows/timings.ts";
import { pairedRatio } from "../../results/statistics/ratio.ts";
import type { ProfileName } from "../../suites/suite.ts";
import { INTERRUPTED, interruptSignal, newRunDirectory } from "../command/cli.ts";
import { addWorktree, resolveRevision } from "../compare/worktree.ts";
import { type Conversation, converse } from "../peers/conversation.ts";
import type { StepRequest } from "./step_worker.ts";

/** Pairs of fresh processes at most: a first step takes seconds, and varies less than a warm one. */
const MOST_FIRST_STEPS = 6;

/** A checkout on one side. */
interface Checkout {
  readonly root: string;
  readonly commit: string;
}

/** A process that is ready for steps, after its first one. */
interface Worker extends Pick<Conversation, "end"> {
  readonly adapter: Pick<StepComparisonRow, "adapter" | "api" | "adapter_kind">;
  readonly first: Elapsed;
  readonly time: (runs: number) => Promise<Elapsed>;
}

export interface KernelsAgainstOptions {
  readonly revision: string;
  readonly profile: ProfileName;
  readonly timing: TimingOptions;
  /** Training steps; the other revision has networks of the same ids. */
  readonly subjects: readonly TimingSubject[];
  readonly out: string | undefined;
}

/** Times, stores and reports; returns the exit status. */
export async function benchKernelsAgainst(
  { revision, profile, timing, subjects, out }: KernelsAgainstOptions,
): Promise<number> {
  const commit = await resolveRevision(revision);
  const directory = out ?? newRunDirectory("kernels-against", profile);
  const store = createTable(TABLES.stepComparisons, directory);
  const signal = interruptSignal(() => console.error("Stopping after this network; Ctrl-C again stops at once."));
  const installed = readDriver();
  const shared = {
    schema: TABLES.stepComparisons.version,
    profile,
    base_commit: commit,
    ...await readProvenance(),
  };
  await using base = await addWorktree(commit);
  const sides = { base: { root: base.root, commit }, head: { root: Deno.cwd(), commit: await commitOf(Deno.cwd()) } };
  console.log(
    `${commit.slice(0, 12)} (base) and this checkout (head) alternately: ${counted(subjects.length, "network")}, ` +
      `${counted(timing.rounds, "round")}, profile ${profile}`,
  );
  for (const subject of subjects) {
    if (signal.aborted) break;
    const { id, title, batch } = subject;
    const { adapter, steps, firstSteps } = await timeBoth(subject, { sides, timing });
    for (const [kind, pairs] of [["step", steps], ["first_step", firstSteps]] as const) {
      const row = {
        ...shared,
        ...adapter,
        driver: driverOf(adapter, installed),
        ...{ kind, subject: id, title, batch },
        ...columnsOf(pairs),
        finished: new Date().toISOString(),
      };
      store.append(row);
      console.log(resultLine(row));
    }
  }
  writeReport(renderStepComparison([readTable(TABLES.stepComparisons, directory)]), directory);
  console.log(`Report: ${directory}/report.md`);
  return signal.aborted ? INTERRUPTED : 0;
}

async function timeBoth(
  subject: TimingSubject,
  { sides, timing }: { readonly sides: Sides<Checkout>; readonly timing: TimingOptions },
): Promise<{
  readonly adapter: Worker["adapter"];
  readonly steps: readonly ElapsedPair[];
  readonly firstSteps: readonly ElapsedPair[];
}> {
  const firstSteps: ElapsedPair[] = [];
  const { base, head } = await inTurns(sides, { round: 0, work: (side) => startWorker(side, subject) });
  try {
    firstSteps.push({ base: base.first, head: head.first });
    const steps = await timePairs(
      { base: { name: `${subject.title} at base`, ...base }, head: { name: subject.title, ...head } },
      timing,
    );
    for (let round = 1; round < Math.min(timing.rounds, MOST_FIRST_STEPS); round++) {
      const work = async (side: Checkout) => {
        const { first, end } = await startWorker(side, subject);
        await end();
        return first;
      };
      firstSteps.push(await inTurns(sides, { round, work }));
    }
    return { adapter: head.adapter, steps, firstSteps };
  } finally {
    await base.end();
    await head.end();
  }
}

async function startWorker({ root, commit }: Checkout, { model, batch }: TimingSubject): Promise<Worker> {
  const script = new URL("step_worker.ts", import.meta.url).pathname;
  const { hear, ask, end } = converse("deno", [
    ...["run", "--quiet", "--no-prompt", "--no-remote", "--config", `${root}/deno.json`],
    // Relative to this process's folder: Deno cuts a path off at a comma, and the checkout's may have one.
    ...[`--allow-read=.,${relative(Deno.cwd(), root) || "."}`, `--allow-env=NO_COLOR,${API_VARIABLE}`, script, root],
  ]);
  try {
    const request = async (request: StepRequest) => await ask(request) as Elapsed;
    const adapter = await hear() as Worker["adapter"];
    const first = await request({ model: model!.id, batch });
    return { adapter, first, time: (runs) => request({ runs }), end };
  } catch (error) {
    await end();
    throw new UserError(
      `Cannot take steps of "${model!.id}" at "${commit}": ${messageOf(error).replace(/\.$/, "")}. Name a revision ` +
        "that has device/backend.ts, device/device_work.ts and engine/timing/kernels/subjects.ts, and this network.",
      { cause: error },
    );
  }
}

type Rounds = Pick<StepComparisonRow, "base_cpu_ms" | "head_cpu_ms" | "base_wall_ms" | "head_wall_ms">;

function columnsOf(pairs: readonly ElapsedPair[]): Rounds {
  const text = (read: (pair: ElapsedPair) => number) => pairs.map(read).map(rounded).join(" ");
  return {
    base_cpu_ms: text(({ base }) => base.cpuMs!),
    head_cpu_ms: text(({ head }) => head.cpuMs!),
    base_wall_ms: text(({ base }) => base.wallMs),
    head_wall_ms: text(({ head }) => head.wallMs),
  };
}

/** For example `LeNet-1, step: 2.00 (1.90 to 2.10) times as fast in CPU time`. */
function resultLine({ title, kind, head_cpu_ms, base_cpu_ms }: StepComparisonRow): string {
  const [base, head] = [base_cpu_ms, head_cpu_ms].map((rounds_ms) => roundsOf({ rounds_ms }));
  const name = kind === "step" ? "step" : "first step";
  return `${title}, ${name}: ${times(pairedRatio(base!, head!))} times as fast in CPU time`;
}

/**
 * `deno task bench kernels --against REV` and `deno task bench gpu_timing --against REV`: training steps of another
 * revision and of this checkout, timed alternately.
 *
 * @module
 */
import { relative } from "node:path";
import { median } from "simple-statistics";
import { duration } from "../../base/duration.ts";
import { messageOf, UserError } from "../../base/errors.ts";
import { commitOf } from "../../device/commit.ts";
import { driverOf, readDriver } from "../../device/driver.ts";
import { API_VARIABLE } from "../../device/graphics_api.ts";
import { readProvenance } from "../../device/provenance.ts";
import { alternate, type Sides, type SideSlice, type Slice } from "../../engine/timing/alternating.ts";
import type { Elapsed } from "../../engine/timing/timed_work.ts";
import type { ModelSpec } from "../../models/network/spec.ts";
import { counted, signed, times } from "../../reports/page/format.ts";
import { writeReport } from "../../reports/page/report_files.ts";
import { renderStepComparison } from "../../reports/timing/step_comparison.ts";
import { THRESHOLDS } from "../../results/regression/judgement.ts";
import { judgeRatios, LOOKS, looksOf } from "../../results/regression/slices.ts";
import { TABLES } from "../../results/rows/list.ts";
import type { StepComparisonRow } from "../../results/rows/steps/step_comparisons.ts";
import { createTable, readTable } from "../../results/rows/table.ts";
import { rounded, roundsOf } from "../../results/rows/timings.ts";
import { pairedRatio } from "../../results/statistics/ratio.ts";
import { trimmedMean } from "../../results/statistics/trimmed_mean.ts";
import type { ProfileName } from "../../suites/suite.ts";
import { converseCounted, type CountedConversation } from "../callgrind/counted.ts";
import { INTERRUPTED, interruptSignal, newRunDirectory } from "../command/cli.ts";
import { allowedCpus, onOneCpu } from "../compare/one_cpu.ts";
import { addWorktree, resolveRevision } from "../compare/worktree.ts";
import { type Conversation, converse } from "../peers/conversation.ts";
import type { StepRequest } from "./step_worker.ts";

/** Rounds in which the first step compiles, at most: compiling takes seconds, and varies less than a warm step. */
const MOST_FIRST_STEPS = 6;

/** Rounds of each step at most, unless the user says otherwise. */
const ROUNDS = 16;

/** Counts of so many steps each; their median decides, since V8 may still compile something in one of them. */
const COUNTS = { counts: 3, steps: 3 } as const;

/** Exit status if a step regressed. */
const REGRESSED = 1;

/** A checkout on one side. */
interface Checkout {
  readonly root: string;
  readonly commit: string;
}

/** A process that is ready for steps, after its first one. */
interface Worker extends Pick<Conversation, "end"> {
  readonly adapter: Pick<StepComparisonRow, "adapter" | "api" | "adapter_kind">;
  readonly first: Elapsed;
  readonly take: (steps: number) => Promise<Slice>;
}

/** A network's step on a batch. */
export interface ComparedStep {
  readonly model: ModelSpec;
  readonly batch: number;
}

export interface StepsAgainstOptions {
  readonly revision: string;
  readonly profile: ProfileName;
  /** {@linkcode ROUNDS} when left out. */
  readonly rounds?: number | undefined;
  /** Whether the steps' instructions are counted, too. */
  readonly instructions?: boolean;
  /** The other revision has networks of the same ids. */
  readonly steps: readonly ComparedStep[];
  readonly out: string | undefined;
}

/** Times, judges, stores and reports; returns the exit status: 1 if a step regressed. */
export async function benchStepsAgainst(
  { revision, profile, rounds = ROUNDS, instructions = false, steps, out }: StepsAgainstOptions,
): Promise<number> {
  const commit = await resolveRevision(revision);
  const directory = out ?? newRunDirectory("steps-against", profile);
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
    `${commit.slice(0, 12)} (base) and this checkout (head) alternately: ${counted(steps.length, "step")}, ` +
      `at most ${counted(rounds, "round")} each, profile ${profile}`,
  );
  const started = performance.now();
  let regressed = false;
  for (const [done, step] of steps.entries()) {
    if (signal.aborted) break;
    const { model: { id, title }, batch } = step;
    const counts = instructions ? await countBoth(step, { sides, directory }) : NOT_COUNTED;
    const { adapter, warm, first, judgement } = await timeStep(step, {
      sides,
      rounds,
      share: 1 / (steps.length * LOOKS),
    });
    for (const [kind, pairs] of [["step", warm], ["first_step", first]] as const) {
      const row = {
        ...{ ...shared, ...adapter },
        driver: driverOf(adapter, installed),
        ...{ kind, subject: id, title, batch },
        ...columnsOf(pairs),
        finished: new Date().toISOString(),
        judgement: kind === "step" ? judgement : "",
        ...(kind === "step" ? counts : NOT_COUNTED),
      } as const;
      store.append(row);
      console.log(resultLine(row));
    }
    regressed ||= judgement === "regressed";
    const each = (performance.now() - started) / 1000 / (done + 1);
    const left = steps.length - done - 1;
    if (left > 0) console.error(`${counted(left, "step")} left, about ${duration(each * left)}`);
  }
  writeReport(renderStepComparison([readTable(TABLES.stepComparisons, directory)]), directory);
  console.log(`Report: ${directory}/report.md`);
  return signal.aborted ? INTERRUPTED : regressed ? REGRESSED : 0;
}

/** What a step took in each round. */
interface TimedStep {
  readonly adapter: Worker["adapter"];
  readonly warm: readonly Sides<Required<Elapsed>>[];
  readonly first: readonly Sides<Elapsed>[];
  readonly judgement: Exclude<StepComparisonRow["judgement"], "">;
}

/** Takes rounds, each with fresh processes, until it can be judged, or there are no more. */
async function timeStep(
  step: ComparedStep,
  { sides, rounds, share }: { readonly sides: Sides<Checkout>; readonly rounds: number; readonly share: number },
): Promise<TimedStep> {
  const warm: Sides<Required<Elapsed>>[] = [];
  const first: Sides<Elapsed>[] = [];
  let cpus = await allowedCpus();
  for (let round = 1;; round++) {
    const isCold = round <= MOST_FIRST_STEPS;
    const env = isCold ? {} : { MESA_SHADER_CACHE_DISABLE: "false" };
    const start = (side: Checkout) =>
      startWorker(side, {
        ...step,
        start: (args) => converse(...onOneCpu(["deno", ...args], { cpus, round }), { env }),
      });
    // Not at the same time: first steps are timed.
    const [one, other] = round % 2 === 0 ? ["head", "base"] as const : ["base", "head"] as const;
    const early = await start(sides[one]);
    const late = await start(sides[other]).catch(async (error) => {
      await early.end();
      throw error;
    });
    const { base, head } = one === "base" ? { base: early, head: late } : { base: late, head: early };
    try {
      if (head.adapter.adapter_kind === "hardware") cpus = [];
      if (isCold) first.push({ base: base.first, head: head.first });
      // Ctrl-C waits for the end of the network.
      const slices = await alternate({ base: base.take, head: head.take }, new AbortController().signal);
      warm.push({ base: perStep(slices, "base"), head: perStep(slices, "head") });
    } finally {
      await base.end();
      await head.end();
    }
    if (!looksOf(rounds).includes(round)) continue;
    // What a GPU does costs its process no CPU time.
    const cost = head.adapter.adapter_kind === "hardware" ? "wallMs" : "cpuMs";
    const ratios = warm.map(({ base, head }) => Math.log(head[cost] / base[cost]));
    const { judgement } = judgeRatios(ratios, { threshold: THRESHOLDS.ratio, share });
    if (judgement !== "cannot tell" || round === rounds) return { adapter: head.adapter, warm, first, judgement };
  }
}

/** The trimmed mean of a side's slices. */
function perStep(slices: readonly SideSlice[], side: SideSlice["side"]): Required<Elapsed> {
  const own = slices.filter((slice) => slice.side === side);
  const middle = (of: (slice: Slice) => number) => trimmedMean(own.map((slice) => of(slice) / slice.steps)).value;
  return { wallMs: middle(({ wallMs }) => wallMs), cpuMs: middle(({ cpuMs }) => cpuMs) };
}

type Counts = Pick<StepComparisonRow, "base_instructions" | "head_instructions">;

const NOT_COUNTED: Counts = { base_instructions: null, head_instructions: null };

/** Counts the instructions of a step on both sides, in processes of their own. */
async function countBoth(
  step: ComparedStep,
  { sides: { base, head }, directory }: { readonly sides: Sides<Checkout>; readonly directory: string },
): Promise<Counts> {
  return {
    base_instructions: await countOne(base, { step, directory }),
    head_instructions: await countOne(head, { step, directory }),
  };
}

async function countOne(
  side: Checkout,
  { step, directory }: { readonly step: ComparedStep; readonly directory: string },
): Promise<number> {
  const folder = Deno.makeTempDirSync({ dir: directory, prefix: "callgrind-" });
  try {
    let conversation: CountedConversation;
    const { adapter: { adapter, adapter_kind }, take, end } = await startWorker(side, {
      ...step,
      start: (args) => conversation = converseCounted(args, { folder }),
    });
    try {
      if (adapter_kind !== "software") {
        throw new UserError(`"${adapter}" executes no instructions of this processor. Leave out --instructions.`);
      }
      const { counts, steps } = COUNTS;
      await take(steps);
      const found: number[] = [];
      for (let i = 0; i < counts; i++) found.push(await conversation!.count(() => take(steps)));
      return Math.round(median(found) / steps);
    } finally {
      await end();
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Starts a process of a checkout, and has it take the first step. */
async function startWorker(
  { root, commit }: Checkout,
  { model, batch, start }: ComparedStep & { readonly start: (args: readonly string[]) => Conversation },
): Promise<Worker> {
  const script = new URL("step_worker.ts", import.meta.url).pathname;
  const { hear, ask, end } = start([
    ...["run", "--quiet", "--no-prompt", "--no-remote", "--config", `${root}/deno.json`],
    // Relative to this process's folder: Deno cuts a path off at a comma, and the checkout's may have one.
    ...[`--allow-read=.,${relative(Deno.cwd(), root) || "."}`, `--allow-env=NO_COLOR,${API_VARIABLE}`, script, root],
  ]);
  try {
    const request = async (request: StepRequest) => await ask(request) as Required<Elapsed>;
    const adapter = await hear() as Worker["adapter"];
    const first = await request({ model: model.id, batch });
    return { adapter, first, take: async (runs) => ({ steps: runs, ...await request({ runs }) }), end };
  } catch (error) {
    await end();
    throw new UserError(
      `Cannot take steps of "${model.id}" at "${commit}": ${messageOf(error).replace(/\.$/, "")}. Name a revision ` +
        "that has device/backend.ts, device/device_work.ts and engine/timing/kernels/subjects.ts, and this network.",
      { cause: error },
    );
  }
}

type Rounds = Pick<StepComparisonRow, "base_cpu_ms" | "head_cpu_ms" | "base_wall_ms" | "head_wall_ms">;

function columnsOf(pairs: readonly Sides<Elapsed>[]): Rounds {
  const text = (read: (pair: Sides<Elapsed>) => number) => pairs.map(read).map(rounded).join(" ");
  return {
    base_cpu_ms: text(({ base }) => base.cpuMs!),
    head_cpu_ms: text(({ head }) => head.cpuMs!),
    base_wall_ms: text(({ base }) => base.wallMs),
    head_wall_ms: text(({ head }) => head.wallMs),
  };
}

/** For example `LeNet-1, batch 128, step: 2.00 (1.90 to 2.10) times as fast in CPU time, improved`. */
function resultLine(row: StepComparisonRow): string {
  const { title, batch, kind, head_cpu_ms, base_cpu_ms, judgement, base_instructions, head_instructions } = row;
  const [base, head] = [base_cpu_ms, head_cpu_ms].map((rounds_ms) => roundsOf({ rounds_ms }));
  const name = kind === "step" ? "step" : "first step";
  const ratio = `${times(pairedRatio(base!, head!))} times as fast in CPU time`;
  const instructions = base_instructions === null || head_instructions === null
    ? ""
    : `instructions ${signed(100 * (head_instructions / base_instructions - 1))}%`;
  return `${title}, batch ${batch}, ${name}: ${[ratio, judgement, instructions].filter(Boolean).join(", ")}`;
}

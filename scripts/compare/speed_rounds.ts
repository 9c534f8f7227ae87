/**
 * Two checkouts of this program that train alternately in short slices, so that what else happens on the machine
 * strikes both alike.
 *
 * @module
 */
import { replaceFile } from "../../base/durable_write.ts";
import { duration } from "../../base/duration.ts";
import { messageOf, UserError } from "../../base/errors.ts";
import { adapterWords } from "../../base/graphics_api.ts";
import { readProvenance } from "../../device/provenance.ts";
import { alternate, type Slice } from "../../engine/timing/alternating.ts";
import { counted } from "../../reports/page/format.ts";
import type { Judged } from "../../results/regression/judgement.ts";
import { judgeSlices, looksOf } from "../../results/regression/slices.ts";
import { TABLES } from "../../results/rows/list.ts";
import type { SliceRow } from "../../results/rows/slices.ts";
import { encodeTable, holdsTable, readTable } from "../../results/rows/table.ts";
import type { ProfileName } from "../../suites/suite.ts";
import type { SliceGreeting, SliceRequest } from "../bench/in_slices.ts";
import { denoArguments } from "../command/permissions.ts";
import { converse } from "../peers/conversation.ts";
import { type Contender, variablesOf } from "./contender.ts";
import { allowedCpus, onOneCpu } from "./one_cpu.ts";

/** What is timed, and how. */
export interface SpeedRounds {
  readonly suite: string;
  readonly profile: ProfileName;
  /** Arguments of `deno task bench` with the same variants on both sides. */
  readonly args: readonly string[];
  readonly base: Contender;
  readonly head: Contender;
  /** At most. */
  readonly rounds: number;
  /** As a share: what change counts. */
  readonly threshold: number;
  /** Where the slices are kept. */
  readonly out: string;
  readonly signal: AbortSignal;
  /** Told of progress. */
  readonly say?: (sentence: string) => void;
}

/**
 * Takes rounds of slices of every variant until each is judged, or there are no more rounds. Rounds that the folder has
 * already are not repeated.
 *
 * @throws {UserError} A side can't train in slices. After an abort, the signal's reason.
 */
export async function measureSpeed(options: SpeedRounds): Promise<Judged[]> {
  const { rounds, threshold, out, signal, say = () => {} } = options;
  const slices = holdsTable(TABLES.slices, out) ? [...readTable(TABLES.slices, out).rows] : [];
  const { machine } = await readProvenance();
  const allowed = await allowedCpus();
  const looks = looksOf(rounds);
  const started = performance.now();
  let [taken, left]: [number, ReadonlySet<string> | undefined] = [0, undefined];
  for (let round = 1; round <= rounds; round++) {
    if (!slices.some((row) => row.round === round)) {
      signal.throwIfAborted();
      const cpus = slices[0]?.adapter_kind === "hardware" ? [] : allowed;
      slices.push(...await takeRound(round, { ...options, variants: left, machine, cpus }));
      replaceFile({ path: `${out}/${TABLES.slices.file}`, text: encodeTable(TABLES.slices, slices) });
      taken++;
    }
    const seconds = (performance.now() - started) / 1000 / Math.max(1, taken);
    if (!looks.includes(round)) continue;
    left = undecided(judgeSlices(slices, { threshold }));
    if (left.size === 0) break;
    if (round < rounds) {
      say(
        `Speed: ${counted(left.size, "variant")} undecided after ${counted(round, "round")}, at most ` +
          `${duration(seconds * (rounds - round))} left`,
      );
    }
  }
  return judgeSlices(slices, { threshold });
}

/** Variants whose cost can't be told yet. Wall time, which other work moves, doesn't prolong a comparison. */
function undecided(judged: readonly Judged[]): Set<string> {
  const open = judged.filter(({ judgement, metric }) => judgement === "cannot tell" && metric !== "wall time per step");
  return new Set(open.map(({ subject }) => subject.slice(subject.indexOf("/") + 1)));
}

/** A round: a fresh process of each side, and some blocks of slices of each variant. */
async function takeRound(
  round: number,
  { suite, profile, args, base, head, variants, machine, cpus, signal }: SpeedRounds & {
    /** Left out: all that both sides have. */
    readonly variants: ReadonlySet<string> | undefined;
    readonly machine: string;
    /** Those that the sides may run on, one per round. */
    readonly cpus: readonly number[];
  },
): Promise<SliceRow[]> {
  await using sides = new AsyncDisposableStack();
  const start = (contender: Contender) => {
    const trainer = startTrainer(contender, { args, cpus, round });
    sides.defer(() => trainer.end());
    return trainer;
  };
  const trainers = { base: start(base), head: start(head) };
  const [ofBase, { adapter, api, adapter_kind, variants: ofHead }] = await Promise.all([
    trainers.base.greeting,
    trainers.head.greeting,
  ]);
  const shared = {
    schema: TABLES.slices.version,
    ...{ suite, profile, round },
    ...{ adapter: adapterWords({ adapter, api }), adapter_kind, api, machine },
    base_commit: base.commit,
    commit: head.commit,
  } as const;
  const rows: SliceRow[] = [];
  for (const variant of ofHead.filter((id) => ofBase.variants.includes(id) && (variants?.has(id) ?? true))) {
    const take = (trainer: Trainer) => (steps: number) => trainer.take({ variant, steps });
    const slices = await alternate({ base: take(trainers.base), head: take(trainers.head) }, signal);
    for (const { block, place, side, steps, wallMs: wall_ms, cpuMs: cpu_ms, deviceMs } of slices) {
      const device_ms = deviceMs ?? null;
      rows.push({ ...shared, variant, block, place, side, steps, wall_ms, cpu_ms, device_ms });
    }
  }
  return rows;
}

/** A process that trains when it is asked to. */
interface Trainer {
  readonly greeting: Promise<SliceGreeting>;
  readonly take: (request: SliceRequest) => Promise<Slice>;
  readonly end: () => Promise<void>;
}

function startTrainer(
  { name, root, commit }: Contender,
  { args, ...place }: Pick<SpeedRounds, "args"> & { readonly cpus: readonly number[]; readonly round: number },
): Trainer {
  const command = denoArguments("bench", { args: [...args, "--in-slices"], root });
  const process = converse(...onOneCpu(["deno", ...command], place), { cwd: root, env: variablesOf({ root, commit }) });
  const explained = async <T>(reply: Promise<unknown>): Promise<T> => {
    try {
      return await reply as T;
    } catch (error) {
      throw new UserError(
        `"${name}" (${commit.slice(0, 12)}) can't be timed: ${
          messageOf(error).replace(/\.$/, "")
        }. If it is a revision ` +
          'before "deno task bench" could train in slices, compare with a newer one.',
        { cause: error },
      );
    }
  };
  const greeting = explained<SliceGreeting>(process.hear());
  // Awaited later, with the other side's.
  greeting.catch(() => {});
  return { greeting, take: (request) => explained(process.ask(request)), end: process.end };
}

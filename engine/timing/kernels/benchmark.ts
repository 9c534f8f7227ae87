/**
 * Times kernels and training steps: this project's kernels, TensorFlow.js's own, and peers, alternately.
 *
 * @module
 */
import { driverOf, readDriver } from "../../../device/driver.ts";
import { type KernelSet, STOCK_KERNELS } from "../../../device/kernel_set.ts";
import { readProvenance } from "../../../device/provenance.ts";
import type { ModelSpec } from "../../../models/network/spec.ts";
import { TABLES } from "../../../results/rows/list.ts";
import { cpuColumns, roundColumns, rounded, type TimingRow } from "../../../results/rows/timings.ts";
import type { KernelSuite } from "../../../suites/kernels.ts";
import type { ProfileName } from "../../../suites/suite.ts";
import { createCeilings } from "../ceilings.ts";
import { KERNEL_SETS, onFreshDevice, timedKernels } from "../kernel_sets.ts";
import { type TimedWork, timedWork, timeInRounds, type Timing, type TimingOptions } from "../timed_work.ts";
import { largestDifference, type Probe, probe } from "./probe.ts";
import type { PreparedSubject, TimingSubject } from "./subjects.ts";

/** Another library that does the same training steps. */
export interface Peer {
  readonly name: string;
  readonly setting: Pick<TimingRow, "adapter" | "versions">;
  /** Prepares steps of `model`; returns a sentence if it can't run them. */
  readonly enter: (model: ModelSpec, options: Pick<KernelSuite, "recipe" | "stepSize">) => Promise<TimedWork | string>;
}

export interface KernelBenchmarkOptions {
  readonly suite: KernelSuite;
  /** For the rows. */
  readonly profile: ProfileName;
  readonly timing: TimingOptions;
  readonly subjects: readonly TimingSubject[];
  readonly peers: readonly Peer[];
  /** Called with a subject's rows as soon as it has been timed. */
  readonly onRows: (rows: readonly TimingRow[]) => void;
  /** Stops the benchmark after the current subject. */
  readonly signal?: AbortSignal;
}

/** Makes whole rows: what all rows of the run share, and empty cells for what was not measured. */
type RowMaker = (
  subject: Pick<TimingRow, "kind" | "subject" | "title" | "batch" | "flops" | "bytes">,
  measured: Pick<TimingRow, "contender" | "adapter" | "api" | "adapter_kind"> & Partial<TimingRow>,
) => TimingRow;

type Session = KernelBenchmarkOptions & { readonly makeRow: RowMaker };

/**
 * Measures the adapter's ceilings, then every subject.
 *
 * @throws {UserError} No adapter answers, or the machine is too busy to be timed on.
 * @throws {DeviceFault} The device reported an error.
 */
export async function runKernelBenchmark(options: KernelBenchmarkOptions): Promise<void> {
  const makeRow = await rowMaker(options.profile);
  options.onRows(await timeCeilings({ ...options, makeRow }));
  const [first] = options.subjects;
  // A process's first steps also warm up JavaScript: they are probed again below, for what a device's first step costs.
  if (first) { for (const set of setsOf(first)) await probe(first, set); }
  for (const subject of options.subjects) {
    if (options.signal?.aborted) return;
    options.onRows(await timeSubject(subject, { ...options, makeRow }));
  }
}

async function timeCeilings({ timing, makeRow }: Session): Promise<TimingRow[]> {
  return await onFreshDevice(STOCK_KERNELS, async ({ adapter: { name, api, kind } }) => {
    const ceilings = createCeilings();
    const timings = await timeInRounds(ceilings.map(({ id, run }) => timedWork(id, run)), timing);
    return ceilings.map(({ id, title, flops = null, bytes = null }, i) =>
      makeRow({ kind: "ceiling", subject: id, title, batch: 1, flops, bytes }, {
        contender: "wgsl",
        ...timingColumns(timings[i]!),
        dispatches: 1,
        adapter: name,
        api,
        adapter_kind: kind,
      })
    );
  });
}

async function timeSubject(subject: TimingSubject, { suite, timing, peers, makeRow }: Session): Promise<TimingRow[]> {
  const kernelSets = setsOf(subject);
  const probes: Probe[] = [];
  for (const set of kernelSets) probes.push(await probe(subject, set));
  const entries = subject.model === undefined
    ? []
    : await enter(peers, subject.model, { ...suite, recipe: { ...suite.recipe, batch: subject.batch } });
  const entered = entries.flatMap((entry) => "contender" in entry ? [entry.contender] : []);

  const { kind, id, title, batch, flops, bytes = null } = subject;
  const columns = { kind, subject: id, title, batch, flops, bytes };
  return await onFreshDevice(STOCK_KERNELS, async (backend) => {
    const { adapter } = backend;
    const prepared: PreparedSubject[] = [];
    for (const set of kernelSets) {
      backend.useKernels(set);
      prepared.push(await subject.prepare(backend));
    }
    const sets = kernelSets.map((set, i) => timedKernels(set.name, { backend, set, ...prepared[i]! }));
    const timings = await timeInRounds([...sets, ...entered], timing);
    for (const each of prepared) each.dispose();
    return [
      ...kernelSets.map((set, i) =>
        makeRow(columns, {
          contender: set.name,
          ...timingColumns(timings[i]!),
          ...probes[i]!.columns,
          difference: i === 0 ? null : rounded(largestDifference(probes[i]!.results, probes[0]!.results)),
          adapter: adapter.name,
          api: adapter.api,
          adapter_kind: adapter.kind,
        })
      ),
      ...entries.map((entry) =>
        makeRow(columns, {
          contender: entry.peer.name,
          ...entry.peer.setting,
          ...(entry.peer.setting.adapter === adapter.name
            ? { api: adapter.api, adapter_kind: adapter.kind }
            : { api: "", adapter_kind: "none" }),
          ...("contender" in entry
            ? { ...timingColumns(timings[sets.length + entered.indexOf(entry.contender)]!), first_ms: entry.firstMs }
            : { note: entry.note }),
        })
      ),
    ];
  });
}

function setsOf({ sets = KERNEL_SETS }: TimingSubject): readonly KernelSet[] {
  return sets;
}

/** A peer that takes part, with the time of its first run, or that doesn't, with the reason. */
type Entry =
  & { readonly peer: Peer }
  & ({ readonly contender: TimedWork; readonly firstMs: number } | { readonly note: string });

async function enter(peers: readonly Peer[], model: ModelSpec, suite: KernelSuite): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const peer of peers) {
    const contender = await peer.enter(model, suite);
    entries.push(
      typeof contender === "string"
        ? { peer, note: contender }
        : { peer, contender, firstMs: rounded((await contender.time(1)).wallMs) },
    );
  }
  return entries;
}

function timingColumns(
  { rounds, cpuRounds, runs }: Timing,
): Pick<TimingRow, "wall_ms" | "rounds_ms" | "runs" | "cpu_ms" | "cpu_rounds_ms"> {
  return { ...roundColumns(rounds), ...cpuColumns(cpuRounds), runs };
}

async function rowMaker(profile: ProfileName): Promise<RowMaker> {
  const [provenance, installed] = [await readProvenance(), readDriver()];
  return (subject, measured) => ({
    schema: TABLES.timings.version,
    profile,
    wall_ms: null,
    rounds_ms: "",
    runs: null,
    gpu_ms: null,
    first_ms: null,
    dispatches: null,
    difference: null,
    note: "",
    cpu_ms: null,
    cpu_rounds_ms: "",
    compile_ms: null,
    lanes: null,
    driver: driverOf(measured, installed),
    ...provenance,
    finished: new Date().toISOString(),
    ...subject,
    ...measured,
  });
}

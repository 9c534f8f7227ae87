/**
 * Every command's options that name a file or folder. The commands' parsers are made from these records, and so are the
 * permissions of their tasks: an option that is added here is read, explained and permitted.
 *
 * Data only, since the launcher imports it at each start.
 *
 * @module
 */

import type { OptionName } from "@optique/core";

/** Where a run is written if no folder is named. */
export const RUNS_DIR = "results/runs";

/** Where downloaded data sets are kept. */
export const CACHE_DIR = ".cache/data";

/** Where other revisions are checked out, each in a locked folder of its own. */
export const WORKTREES_DIR = ".cache/worktrees";

/** The history's file if none is named. */
export const HISTORY_FILE = "results/history.jsonl";

/** Folder of the history's report and exports if none is named. */
export const HISTORY_DIR = `${RUNS_DIR}/history`;

/**
 * What a program does with the file or folder. One that it replaces as a whole is first written under the same
 * name with `.partial` appended.
 */
export type Access = "read" | "write" | "replace";

/** An option that takes a file or folder. */
export interface PathOption {
  /** As it is typed, for example `-o` and `--out`. */
  readonly names: readonly [OptionName, ...OptionName[]];
  readonly metavar: "BASE" | "DIR" | "FILE" | "HEAD" | "RUN" | "RUN_DIR";
  readonly access: Access;
  readonly description: string;
  /** The path in the project if the option is left out. */
  readonly default?: string;
  /** Whether `-` is standard output. */
  readonly standardOutput?: boolean;
}

/** A command's options, by the names of their values. */
export type PathOptions = Readonly<Record<string, PathOption>>;

const out = (description: string) =>
  ({ names: ["-o", "--out"], metavar: "DIR", access: "write", description }) as const;

const dataDir = (description: string) =>
  ({ names: ["--data-dir"], metavar: "DIR", access: "read", description }) as const;

const dataStore = {
  names: ["--data-store"],
  metavar: "DIR",
  access: "read",
  description: "Another folder into which links in the folder of data sets may lead, such as the store of a cache",
} as const;

const file = (access: Access) =>
  ({
    names: ["-f", "--file"],
    metavar: "FILE",
    access,
    description: "The history, a JSON Lines file",
    default: HISTORY_FILE,
  }) as const;

const IN_RUNS = `Default: a new one in ${RUNS_DIR}`;

export const BENCH_PATHS = {
  dataDir: dataDir(
    "Folder with IDX files, plain or .gz, or with a folder mnist or MNIST/raw of them; for --dataset usps, with " +
      "zip.train and zip.test, or a folder usps of them; for suites of colour images, with CIFAR-10's. " +
      "Default: $LENET_BENCH_DATA",
  ),
  dataStore,
  out: out(`Folder for the CSV files and the report. ${IN_RUNS}`),
  resume: {
    names: ["--resume"],
    metavar: "RUN_DIR",
    access: "write",
    description: "Resume the interrupted run in that folder, with its own options: finished trials are not run again",
  },
} as const satisfies PathOptions;

export const KERNELS_PATHS = { out: out(`Folder for timings.csv and report.md. ${IN_RUNS}`) } as const;

export const GPU_TIMING_PATHS = { out: out(`Folder for gpu_timings.csv and the report. ${IN_RUNS}`) } as const;

export const MEMORY_PATHS = { out: out(`Folder for memory.csv and the report. ${IN_RUNS}`) } as const;

export const CALIBRATE_PATHS = {
  dataDir: dataDir("Folder with MNIST's four IDX files. Default: $LENET_BENCH_DATA"),
  out: {
    ...out("Folder for the runs and calibration.csv; runs that are already there are not repeated"),
    default: `${RUNS_DIR}/calibration`,
  },
} as const;

export const COMPARE_PATHS = {
  markdown: {
    names: ["--markdown"],
    metavar: "FILE",
    access: "replace",
    standardOutput: true,
    description: "Write the comparison as a page of markdown; - is standard output",
  },
  json: {
    names: ["--json"],
    metavar: "FILE",
    access: "replace",
    standardOutput: true,
    description: "Write the comparison as JSON; - is standard output, which then has nothing else",
  },
} as const satisfies PathOptions;

export const DOCTOR_PATHS = {
  dataDir: dataDir("Folder of data sets to check. Default: $LENET_BENCH_DATA, else the cache"),
  dataStore,
} as const;

export const HISTORY_ADD_PATHS = { file: file("replace") } as const;

export const HISTORY_REPORT_PATHS = {
  file: file("read"),
  out: { ...out("Folder for report.md and its charts"), default: HISTORY_DIR },
} as const;

export const HISTORY_EXPORT_PATHS = {
  file: file("read"),
  out: { ...out("Folder for the files"), default: HISTORY_DIR },
} as const;

export const MERGE_PATHS = {
  out: { ...out("Folder for the merged run; it must not exist yet"), access: "replace" },
} as const satisfies PathOptions;

export const REPORT_PATHS = {
  out: out("Folder for report.md and its pictures. Default: RUN_DIR, if only one is named"),
  digits: {
    names: ["--digits"],
    metavar: "DIR",
    access: "read",
    description:
      "Folder of the data set that a suite was tested on: also show the digits that each network got wrong, in " +
      "misclassified.md",
  },
} as const satisfies PathOptions;

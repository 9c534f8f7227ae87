/**
 * What each task's program may do: its own needs, and the folders that this invocation's arguments name.
 *
 * Everything else Deno refuses it, so that a defect, a package or a suite file can't touch other files.
 *
 * @module
 */
import { UserError } from "../base/errors.ts";
import { COMMIT_VARIABLE } from "../engine/commit.ts";
import { RUNS_DIR } from "./cli.ts";

/**
 * What a program does with a file or folder that an argument names. What it replaces as a whole, it writes under the same
 * name with `.partial` behind it first.
 */
type Access = "read" | "write" | "replace";

/** A task's program, and what it may do. */
export interface TaskRights {
  /** The script and the arguments that come before the user's. */
  readonly program: readonly [script: string, ...args: string[]];
  readonly env?: readonly string[];
  readonly hosts?: readonly string[];
  /** Programs that it may start. These are not held by its permissions. */
  readonly programs?: readonly string[];
  /** Programs that it may start where an option is there. */
  readonly programsWith?: Readonly<Record<string, readonly string[]>>;
  readonly sys?: readonly string[];
  /** Files and folders of the project that it writes, whatever the arguments. */
  readonly writes?: readonly string[];
  /** Whether it reads the folder of data sets that LENET_BENCH_DATA names. */
  readonly readsData?: boolean;
  /** Options with a file or folder behind them. */
  readonly options: Readonly<Record<string, Access>>;
  /** Whether arguments that are no options name folders that it reads. */
  readonly readsArguments?: boolean;
  /** What it writes where no option says: a folder or file of the project, or the folders that it reads. */
  readonly output?: { readonly path: string } | "arguments";
}

/** Hosts of `MNIST_MIRRORS`. */
const MIRROR_HOSTS = ["ossci-datasets.s3.amazonaws.com", "storage.googleapis.com"];

const ENVIRONMENT = [COMMIT_VARIABLE, "LENET_BENCH_DATA", "NO_COLOR"];

const HISTORY_FILE = "results/history.jsonl";

const OUT = { "--out": "write", "-o": "write" } as const;

const BENCH: TaskRights = {
  program: ["scripts/bench.ts"],
  env: [...ENVIRONMENT, "MESA_SHADER_CACHE_DISABLE"],
  hosts: MIRROR_HOSTS,
  // A run's lock says on which host its owner runs.
  sys: ["cpus", "hostname"],
  programsWith: { "--against": ["git", "deno"] },
  writes: [".cache"],
  readsData: true,
  options: { ...OUT, "--resume": "write", "--data-dir": "read" },
  output: { path: RUNS_DIR },
};

/** Tasks whose arguments say what they read and write. The others' permissions stand in deno.json. */
export const TASKS: Readonly<Record<string, TaskRights>> = {
  bench: BENCH,
  "bench:peers": {
    ...BENCH,
    program: ["scripts/bench.ts", "kernels"],
    hosts: [],
    programs: ["deno", "python3", "/usr/bin/python3"],
  },
  "bench:memory": {
    program: ["scripts/bench_memory.ts"],
    env: ENVIRONMENT,
    sys: ["cpus"],
    options: OUT,
    output: { path: RUNS_DIR },
  },
  calibrate: {
    program: ["scripts/calibrate.ts"],
    env: ENVIRONMENT,
    programs: ["git", "deno"],
    writes: [".cache"],
    readsData: true,
    options: { ...OUT, "--data-dir": "read" },
    output: { path: RUNS_DIR },
  },
  compare: {
    program: ["scripts/compare.ts"],
    options: { "--markdown": "replace", "--json": "replace" },
    readsArguments: true,
  },
  doctor: {
    program: ["scripts/doctor.ts"],
    env: ENVIRONMENT,
    sys: ["cpus"],
    readsData: true,
    options: { "--data-dir": "read" },
  },
  history: {
    program: ["scripts/history.ts"],
    // For the commits' times. It runs no one's code.
    programs: ["git"],
    writes: [HISTORY_FILE, `${HISTORY_FILE}.partial`, `${RUNS_DIR}/history`],
    options: { ...OUT, "--file": "replace", "-f": "replace" },
    readsArguments: true,
  },
  merge: {
    program: ["scripts/merge.ts"],
    options: { "--out": "replace", "-o": "replace" },
    readsArguments: true,
  },
  report: { program: ["scripts/report.ts"], options: OUT, readsArguments: true, output: "arguments" },
};

/**
 * The arguments with which Deno runs a task's program under the permissions that it needs for these arguments.
 *
 * @param invocation The task's own arguments, and the value of LENET_BENCH_DATA.
 * @throws {UserError} A path that no permission can be given for.
 * @throws {RangeError} There is no such task.
 */
export function denoArguments(
  task: string,
  { args, dataDir }: { readonly args: readonly string[]; readonly dataDir?: string | undefined },
): string[] {
  const rights = Object.hasOwn(TASKS, task) ? TASKS[task] : undefined;
  if (!rights) throw new RangeError(`No task "${task}" in scripts/permissions.ts`);
  const { read, write, options } = named(args, rights);
  const { output } = rights;
  const unsaid = write.length > 0 || output === undefined ? [] : output === "arguments" ? read : [output.path];
  const writes = [...rights.writes ?? [], ...write, ...unsaid];
  const reads = [".", ...read, ...writes, ...(rights.readsData && dataDir ? [dataDir] : [])];
  const programs = [...rights.programs ?? [], ...options.flatMap((option) => rights.programsWith?.[option] ?? [])];
  return [
    "run",
    "--quiet",
    "--no-prompt",
    // Or an import could carry what was read to a server in its address.
    "--no-remote",
    ...flag("--allow-read", reads),
    ...flag("--allow-write", writes),
    ...flag("--allow-run", programs),
    ...flag("--allow-sys", rights.sys ?? []),
    ...flag("--allow-env", rights.env ?? []),
    ...flag("--allow-net", rights.hosts ?? []),
    ...rights.program,
    ...args,
  ];
}

/** An empty list would mean everything. */
function flag(name: string, values: readonly string[]): string[] {
  return values.length === 0 ? [] : [`${name}=${[...new Set(values)].map(checked).join(",")}`];
}

function checked(value: string): string {
  if (!value.includes(",")) return value;
  throw new UserError(`Cannot use "${value}": Deno ends a permitted path at a comma. Name a path without one.`);
}

/** What is named, and the options there are. */
interface Named {
  readonly read: readonly string[];
  readonly write: readonly string[];
  readonly options: readonly string[];
}

/**
 * What the arguments name. The program reads them by a parser of its own; what it takes for a folder is one here too. The
 * value of another option counts as an argument, which permits to read a file of the project's that is called so.
 */
function named(args: readonly string[], { options: accesses, readsArguments }: TaskRights): Named {
  const [read, write, options]: [string[], string[], string[]] = [[], [], []];
  const permit = (path: string, access: Access) => {
    if (path === "") return;
    if (access === "read") read.push(path);
    else write.push(path);
    if (access === "replace") write.push(`${path.replace(/(?<=.)[/\\]+$/, "")}.partial`);
  };
  for (let i = 0; i < args.length; i++) {
    const [, name, inline] = /^(--?[^=]+)(?:=(.*))?$/s.exec(args[i]!) ?? [];
    if (name === undefined) {
      if (readsArguments) permit(args[i]!, "read");
      continue;
    }
    options.push(name);
    if (Object.hasOwn(accesses, name)) permit(inline ?? args[++i] ?? "", accesses[name]!);
  }
  return { read, write, options };
}

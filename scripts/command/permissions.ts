/**
 * What each task's program may do: what it always needs, and the folders that its arguments name.
 *
 * Deno refuses everything else, so that a bug, a package or a suite file can't touch other files.
 *
 * @module
 */
import { relative, resolve } from "node:path";
import { UserError } from "../../base/errors.ts";
import { realPath } from "../../base/links.ts";
import { COMMIT_VARIABLE } from "../../device/commit.ts";
import { PACKAGES_FILE } from "../../device/driver.ts";
import { API_VARIABLE, DRIVER_VARIABLES } from "../../device/graphics_api.ts";
import {
  type Access,
  BENCH_PATHS,
  CACHE_DIR,
  CALIBRATE_PATHS,
  COMPARE_PATHS,
  DOCTOR_PATHS,
  GPU_TIMING_PATHS,
  HISTORY_ADD_PATHS,
  HISTORY_DIR,
  HISTORY_EXPORT_PATHS,
  HISTORY_FILE,
  HISTORY_REPORT_PATHS,
  KERNELS_PATHS,
  MEMORY_PATHS,
  MERGE_PATHS,
  type PathOptions,
  REPORT_PATHS,
  RUNS_DIR,
  WORKTREES_DIR,
} from "./path_options.ts";
import { STANDARD_OUTPUT, typedPath, USER_FOLDER_VARIABLE } from "./user_paths.ts";

/** What a task's program may do. */
interface Rights {
  readonly env?: readonly string[];
  readonly hosts?: readonly string[];
  /** Programs that it may start. Its permissions do not bind these. */
  readonly programs?: readonly string[];
  readonly sys?: readonly string[];
  /** Files and folders of the project that it writes, whatever the arguments. */
  readonly writes?: readonly string[];
  /** Files of the system that it reads. */
  readonly reads?: readonly string[];
  /** Whether it reads the folder of data sets that LENET_BENCH_DATA names. */
  readonly readsData?: boolean;
  /** Options that take a file or folder. */
  readonly options: Readonly<Record<string, Access>>;
  /** Whether positional arguments name folders that it reads. */
  readonly readsArguments?: boolean;
  /** What it writes if no option says: folders or files of the project, or the folders that it reads. */
  readonly output?: { readonly paths: readonly string[]; readonly access?: Access } | "arguments";
}

/** A task's program, and what it may do. */
export interface TaskRights extends Rights {
  /** The script and the arguments that come before the user's. */
  readonly program: readonly [script: string, ...args: string[]];
  /** What applies instead if an option is typed, or if a word is the first argument. */
  readonly with?: Readonly<Record<string, Partial<Rights>>>;
}

/** Hosts of `MNIST_MIRRORS`. */
const MIRROR_HOSTS = ["ossci-datasets.s3.amazonaws.com", "storage.googleapis.com"];

const ENVIRONMENT = [COMMIT_VARIABLE, "LENET_BENCH_DATA", "NO_COLOR"];

/** To say through which graphics API an adapter answered, and what keeps others away. */
const WITH_ADAPTER = [...ENVIRONMENT, API_VARIABLE, ...DRIVER_VARIABLES];

const IN_RUNS = { paths: [RUNS_DIR] };

const IN_HISTORY_DIR = { paths: [HISTORY_DIR] };

/** Git knows the time of a run's commit. It runs no other code. */
const GIT = { programs: ["git"] };

const BENCH: TaskRights = {
  program: ["scripts/bench.ts"],
  env: [...WITH_ADAPTER, "MESA_SHADER_CACHE_DISABLE"],
  hosts: MIRROR_HOSTS,
  // A run's lock names its owner's host.
  sys: ["cpus", "hostname"],
  writes: [CACHE_DIR],
  readsData: true,
  options: accesses(BENCH_PATHS, KERNELS_PATHS, GPU_TIMING_PATHS),
  output: IN_RUNS,
  with: {
    kernels: { reads: [PACKAGES_FILE] },
    gpu_timing: { reads: [PACKAGES_FILE] },
    "--against": { programs: ["git", "deno", "taskset"], writes: [CACHE_DIR, WORKTREES_DIR] },
    "--instructions": { programs: ["git", "deno", "taskset", "valgrind", "vgdb"] },
  },
};

/** Tasks whose arguments say what they read and write. The permissions of the others are in deno.json. */
export const TASKS: Readonly<Record<string, TaskRights>> = {
  bench: BENCH,
  "bench:peers": {
    ...BENCH,
    program: ["scripts/bench.ts", "kernels"],
    hosts: [],
    programs: ["deno", "python3", "/usr/bin/python3"],
    reads: [PACKAGES_FILE],
    with: {},
  },
  "bench:memory": {
    program: ["scripts/bench_memory.ts"],
    env: WITH_ADAPTER,
    sys: ["cpus"],
    options: accesses(MEMORY_PATHS),
    output: IN_RUNS,
  },
  calibrate: {
    program: ["scripts/calibrate.ts"],
    env: ENVIRONMENT,
    programs: ["git", "deno", "taskset"],
    writes: [CACHE_DIR, WORKTREES_DIR],
    readsData: true,
    options: accesses(CALIBRATE_PATHS),
    output: IN_RUNS,
  },
  compare: {
    program: ["scripts/compare.ts"],
    options: accesses(COMPARE_PATHS),
    readsArguments: true,
  },
  doctor: {
    program: ["scripts/doctor.ts"],
    env: WITH_ADAPTER,
    sys: ["cpus"],
    readsData: true,
    options: accesses(DOCTOR_PATHS),
  },
  history: {
    program: ["scripts/history.ts"],
    options: {},
    readsArguments: true,
    with: {
      add: {
        ...GIT,
        options: accesses(HISTORY_ADD_PATHS),
        output: { paths: [HISTORY_FILE], access: "replace" },
      },
      report: { options: accesses(HISTORY_REPORT_PATHS), output: IN_HISTORY_DIR },
      export: { ...GIT, options: accesses(HISTORY_EXPORT_PATHS), output: IN_HISTORY_DIR },
    },
  },
  merge: {
    program: ["scripts/merge.ts"],
    options: accesses(MERGE_PATHS),
    readsArguments: true,
  },
  report: {
    program: ["scripts/report.ts"],
    options: accesses(REPORT_PATHS),
    readsArguments: true,
    output: "arguments",
    with: { "--check": { options: onlyRead(accesses(REPORT_PATHS)), output: { paths: [] } } },
  },
};

/** What is done with the paths of some parsers' options, by every name of each option. */
function accesses(...commands: readonly PathOptions[]): Record<string, Access> {
  const options = commands.flatMap((paths) => Object.values(paths));
  return Object.fromEntries(options.flatMap(({ names, access }) => names.map((name) => [name, access])));
}

function onlyRead(options: Readonly<Record<string, Access>>): Record<string, Access> {
  return Object.fromEntries(Object.keys(options).map((name) => [name, "read"]));
}

/** A task's own arguments, and where it is called and runs. */
export interface Invocation {
  readonly args: readonly string[];
  /** Value of LENET_BENCH_DATA. */
  readonly dataDir?: string | undefined;
  /** Folder in which the user stands, if that is not `root`. */
  readonly folder?: string | undefined;
  /** Folder of the project, absolute, in which the program runs; by default this process's own. */
  readonly root?: string;
}

/**
 * The arguments with which Deno runs a task's program under the permissions that it needs for these arguments. A path
 * that leads through links is permitted with the place that it leads to, since Deno looks at that one too.
 *
 * @throws {UserError} A path that can't be permitted.
 * @throws {RangeError} There is no such task.
 */
export function denoArguments(
  task: string,
  { args, dataDir, folder, root = Deno.cwd() }: Invocation,
): string[] {
  const ofTask = Object.hasOwn(TASKS, task) ? TASKS[task] : undefined;
  if (!ofTask) throw new RangeError(`No task "${task}" in scripts/command/permissions.ts`);
  const rights = rightsWith(args, ofTask);
  const typed = (paths: readonly Place[]) => paths.map((place) => ({ ...place, path: typedPath(place.path, folder) }));
  const { read, write } = named(args, rights);
  const { output } = rights;
  const unsaid = write.length > 0 || output === undefined
    ? []
    : output === "arguments"
    ? typed(read)
    : output.paths.map((path) => ({ path, access: output.access ?? "write" }));
  const writes = [...placed(rights.writes ?? []), ...typed(write), ...unsaid];
  const data = rights.readsData && dataDir ? typed(placed([dataDir])) : [];
  const reads = [...placed([".", ...rights.reads ?? []]), ...typed(read)];
  const paths = (places: readonly Place[]) =>
    places.flatMap((place) => pathsOf(place, root)).map((path) => permissible(path, root));
  const written = paths(writes);
  return [
    "run",
    "--quiet",
    "--no-prompt",
    // Or an import could send what was read to a server as part of its address.
    "--no-remote",
    ...flag("--allow-read", [...paths(reads), ...written, ...paths(data)]),
    ...flag("--allow-write", written),
    ...flag("--allow-run", rights.programs ?? []),
    ...flag("--allow-sys", rights.sys ?? []),
    ...flag("--allow-env", [USER_FOLDER_VARIABLE, ...rights.env ?? []]),
    ...flag("--allow-net", rights.hosts ?? []),
    ...ofTask.program,
    ...args,
  ];
}

/** An empty list would mean everything. */
function flag(name: string, values: readonly string[]): string[] {
  return values.length === 0 ? [] : [`${name}=${[...new Set(values)].join(",")}`];
}

/** A path, and what is done there. */
interface Place {
  readonly path: string;
  readonly access?: Access;
}

function placed(paths: readonly string[]): Place[] {
  return paths.map((path) => ({ path }));
}

/** The paths to permit for a place: its own, the one that it leads to by links, and those of its partial files. */
function pathsOf({ path, access }: Place, root: string): string[] {
  const absolute = resolve(root, path);
  const real = realPath(absolute);
  return (real === absolute ? [path] : [path, real]).flatMap((each) =>
    access === "replace" ? [each, `${each.replace(/(?<=.)[/\\]+$/, "")}.partial`] : [each]
  );
}

/** Deno separates paths by commas. From the project's folder, a path may have none. */
function permissible(path: string, root: string): string {
  const value = path.includes(",") ? relative(root, resolve(root, path)) || "." : path;
  if (!value.includes(",")) return value;
  throw new UserError(`Cannot use "${path}": Deno cuts a permitted path off at a comma. Name a path without one.`);
}

function rightsWith(args: readonly string[], { with: others = {}, ...rights }: TaskRights): Rights {
  const words = [...args.slice(0, 1), ...named(args, rights).options];
  return words.filter((word) => Object.hasOwn(others, word))
    .reduce<Rights>((all, word) => ({ ...all, ...others[word] }), rights);
}

/** The paths that arguments name, and the options among them. */
interface Named {
  readonly read: readonly Place[];
  readonly write: readonly Place[];
  readonly options: readonly string[];
}

/**
 * What the arguments name. The program's own parser takes the same words for folders. The value of
 * another option counts as a positional argument here, which permits reading a path of that name.
 */
function named(args: readonly string[], { options: accesses, readsArguments }: Rights): Named {
  const [read, write, options]: [Place[], Place[], string[]] = [[], [], []];
  const permit = (path: string, access: Access) => {
    if (path === "" || path === STANDARD_OUTPUT) return;
    (access === "read" ? read : write).push({ path, access });
  };
  const permitArguments = (paths: readonly string[]) => {
    if (readsArguments) { for (const path of paths) permit(path, "read"); }
  };
  for (let i = 0; i < args.length; i++) {
    if (args[i] === "--") {
      permitArguments(args.slice(i + 1));
      break;
    }
    // Only a long option takes its value after "=".
    const [, name, inline] = /^(--[^=]+|-[^-].*)(?:=(.*))?$/s.exec(args[i]!) ?? [];
    if (name === undefined) {
      permitArguments([args[i]!]);
      continue;
    }
    options.push(name);
    if (Object.hasOwn(accesses, name)) permit(inline ?? args[++i] ?? "", accesses[name]!);
  }
  return { read, write, options };
}

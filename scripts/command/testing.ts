/**
 * What the tests of the command lines share. Not part of the library.
 *
 * @module
 */
import config from "../../deno.json" with { type: "json" };
import { COMMIT_VARIABLE } from "../../device/commit.ts";
import { denoArguments, TASKS } from "./permissions.ts";
import { shaderCacheVariables } from "./shader_cache.ts";
import { USER_FOLDER_VARIABLE } from "./user_paths.ts";

const ROOT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

const ENVIRONMENT = {
  NO_COLOR: "1",
  LENET_BENCH_DATA: "",
  [COMMIT_VARIABLE]: "tested",
  // Where the tests are called from means nothing to them.
  INIT_CWD: ROOT,
  [USER_FOLDER_VARIABLE]: ROOT,
  // No test looks at the times of cold starts, and compiling every shader again takes minutes.
  MESA_SHADER_CACHE_DISABLE: "false",
  ...shaderCacheVariables(),
};

/**
 * A task's own command line, with its permissions; without `deno task` and the launcher, since a signal has to reach
 * the program and nothing else.
 */
export function task(name: keyof typeof config.tasks, ...args: string[]): Deno.Command {
  return faultyTask({}, name, ...args);
}

/** What is broken around a task. */
export interface Faults {
  /** Path of a program that runs before the task's own, in its process. */
  readonly preload?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A task's command line among `faults`. */
export function faultyTask(
  { preload, env = {} }: Faults,
  name: keyof typeof config.tasks,
  ...args: string[]
): Deno.Command {
  const [run, ...rest] = name in TASKS ? denoArguments(name, { args }) : [...configured(name), ...args];
  return denoCommand([run!, ...(preload === undefined ? [] : [`--preload=${preload}`]), ...rest], { env });
}

/** A task's command line as in deno.json, with the launcher; in a process group of its own, like a shell's job. */
export function taskByLauncher(name: keyof typeof config.tasks, ...args: string[]): Deno.Command {
  return denoCommand([...configured(name), ...args], { detached: true });
}

/** The same for a user who stands in `folder`. */
export function taskFrom(folder: string, name: keyof typeof config.tasks, ...args: string[]): Deno.Command {
  return denoCommand([...configured(name), ...args], { env: { INIT_CWD: folder } });
}

function configured(name: keyof typeof config.tasks): string[] {
  return config.tasks[name].command.split(" ").slice(1);
}

function denoCommand(args: string[], { env, ...options }: Deno.CommandOptions = {}): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args,
    cwd: ROOT,
    env: { ...ENVIRONMENT, ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    ...options,
  });
}

/** What a command has printed when it exits. */
export async function outputOf(command: Deno.Command) {
  return await textOf(command.output());
}

/** A command's output as text. */
export async function textOf(output: Promise<Deno.CommandOutput>) {
  const { code, stdout, stderr } = await output;
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

/** Runs a task until it exits. */
export async function runTask(name: keyof typeof config.tasks, ...args: string[]) {
  return await outputOf(task(name, ...args));
}

/**
 * Waits until `isSo`, asking every 10 ms.
 *
 * @throws {Error} when `child` exits before.
 */
export async function waitFor(isSo: () => boolean, child: Deno.ChildProcess): Promise<void> {
  let ended: Deno.CommandStatus | undefined;
  void child.status.then((status) => ended = status);
  while (!isSo()) {
    if (ended) throw new Error(`The process exited with ${ended.code} before the awaited condition`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A file system of its own in memory; unmounted afterwards. */
export interface Disk {
  readonly folder: string;
  makeReadOnly(): Promise<void>;
}

/** Whether this user may mount file systems, which tests of full and read-only disks need. */
export async function canMount(): Promise<boolean> {
  if (Deno.build.os !== "linux") return false;
  try {
    const folder = await Deno.makeTempDir();
    const isMounted = await mount("-t", "tmpfs", "-o", "size=64k", "tmpfs", folder);
    if (isMounted) await unmount(folder);
    await Deno.remove(folder);
    return isMounted;
  } catch {
    return false;
  }
}

/** Runs `test` with a disk of `size` (as mount takes it, e.g. `1m`) in `folder`. */
export async function withDisk(
  { folder, size }: { folder: string; size: string },
  test: (disk: Disk) => Promise<void>,
): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  if (!await mount("-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder)) throw new Error(`Cannot mount "${folder}"`);
  try {
    await test({
      folder,
      async makeReadOnly() {
        if (!await mount("-o", "remount,ro", folder)) throw new Error(`Cannot remount "${folder}"`);
      },
    });
  } finally {
    await unmount(folder);
  }
}

async function mount(...args: string[]): Promise<boolean> {
  return (await new Deno.Command("mount", { args, stderr: "null" }).output()).success;
}

async function unmount(folder: string): Promise<void> {
  await new Deno.Command("umount", { args: [folder] }).output();
}

/** Runs `test` with a folder that tasks may write to; removed afterwards. */
export async function withProjectFolder(test: (folder: string) => Promise<void>): Promise<void> {
  await Deno.mkdir(`${ROOT}/.cache`, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: `${ROOT}/.cache` });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

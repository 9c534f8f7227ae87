/**
 * What the tests of the command lines share. Not part of the library.
 *
 * @module
 */
import config from "../deno.json" with { type: "json" };

const ROOT = new URL("..", import.meta.url).pathname.replace(/\/$/, "");

/** A task's own command line, with its permissions; not by `deno task`, whose process would catch the signals. */
export function task(name: keyof typeof config.tasks, ...args: string[]): Deno.Command {
  const [, ...command] = config.tasks[name].command.split(" ");
  return denoCommand([...command, ...args]);
}

/** {@linkcode task} with `script` run in its process before it. */
export function taskAfter(script: string, name: keyof typeof config.tasks, ...args: string[]): Deno.Command {
  const [, run, ...command] = config.tasks[name].command.split(" ");
  return denoCommand([run!, `--preload=${script}`, ...command, ...args]);
}

function denoCommand(args: string[]): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args,
    cwd: ROOT,
    env: { NO_COLOR: "1", LENET_BENCH_DATA: "" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** Runs a task to its end. */
export async function runTask(name: keyof typeof config.tasks, ...args: string[]) {
  return await textOf(task(name, ...args).output());
}

/** A command's output as text. */
export async function textOf(output: Promise<Deno.CommandOutput>) {
  const { code, stdout, stderr } = await output;
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

/**
 * Waits until `isSo`, asking every 10 ms.
 *
 * @throws {Error} when `child` ends before.
 */
export async function waitFor(isSo: () => boolean, child: Deno.ChildProcess): Promise<void> {
  let ended: Deno.CommandStatus | undefined;
  void child.status.then((status) => ended = status);
  while (!isSo()) {
    if (ended) throw new Error(`The process ended with ${ended.code} before what was waited for`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A file system of its own in memory; unmounted afterwards. */
export interface Disk {
  readonly folder: string;
  makeReadOnly(): Promise<void>;
}

/** Whether this user may mount file systems, without which a disk can't be filled up or written off. */
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

/** Gives `test` a disk of `size` (as mount takes it, e.g. `1m`) in `folder`. */
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

/** Gives `test` a folder that tasks may write to, removed afterwards. */
export async function withProjectFolder(test: (folder: string) => Promise<void>): Promise<void> {
  await Deno.mkdir(`${ROOT}/.cache`, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: `${ROOT}/.cache` });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/**
 * Runs a task's program with the permissions that its arguments call for, and exits with its status.
 *
 * A task in deno.json is a fixed line, but the folders that a run may read and write are those that the user names.
 *
 * @module
 */
import { COMMIT_VARIABLE, commitVariable, findCommit } from "../device/commit.ts";
import { main, orUnusable } from "./command/cli.ts";
import { denoArguments } from "./command/permissions.ts";
import { shaderCacheVariables } from "./command/shader_cache.ts";
import { otherFolder, USER_FOLDER_VARIABLE } from "./command/user_paths.ts";

/** Signals that ask a program to stop, from the terminal, a scheduler or `kill`. */
const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM", "SIGHUP"];

async function launch([task, ...args]: readonly string[]): Promise<number> {
  const folder = otherFolder(Deno.env.get("INIT_CWD"));
  // Its input, output and error are this process's own.
  const child = new Deno.Command(Deno.execPath(), {
    args: denoArguments(task ?? "", { args, dataDir: Deno.env.get("LENET_BENCH_DATA"), folder }),
    env: {
      [COMMIT_VARIABLE]: commitVariable(await findCommit()),
      [USER_FOLDER_VARIABLE]: folder ?? Deno.cwd(),
      ...shaderCacheVariables(),
    },
  }).spawn();
  for (const signal of SIGNALS) Deno.addSignalListener(signal, () => passOn(child, signal));
  return (await child.status).code;
}

/** The program decides what a signal means; this process must only outlive it. */
function passOn(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch {
    // It has exited, and so will this process.
  }
}

// What is wrong with the arguments is no result: 1 would say that a run failed, or that something regressed.
if (import.meta.main) await main(() => orUnusable(() => launch(Deno.args)));

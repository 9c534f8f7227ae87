/**
 * What all commands have in common.
 *
 * @module
 */
import { plainLine, UserError } from "../../base/errors.ts";
import { commitNotice } from "../../device/commit.ts";
import { newFolder } from "./new_folder.ts";
import { RUNS_DIR } from "./path_options.ts";
import { projectPath, typedPath } from "./user_paths.ts";

/** Exit status for wrong options, and for input that can't be compared. */
const UNUSABLE = 2;

/** How every command reads its arguments. */
export const RUN_OPTIONS = {
  args: Deno.args,
  help: "option",
  aboveError: "none",
  errorExitCode: UNUSABLE,
  stdout: printHelp,
} as const;

/** Exit status of a run that Ctrl-C stopped, by the shells' convention: 128 + SIGINT. */
export const INTERRUPTED = 130;

/** A terminal sends one Ctrl-C to this process and to those that started it, and each of them passes it on. */
const SAME_SIGNAL_MS = 250;

/**
 * Runs a command and exits with the status that it returns. A {@linkcode UserError} is printed without a stack trace
 * and exits with 1; anything else is a bug and keeps its trace.
 */
export async function main(command: () => Promise<number>): Promise<never> {
  try {
    Deno.exit(await command());
  } catch (error) {
    tell(error);
    Deno.exit(1);
  }
}

/**
 * Runs a command whose status 1 is a result, that something regressed: whatever goes wrong is reported and exits with
 * {@linkcode UNUSABLE}.
 */
export async function orUnusable(command: () => number | Promise<number>): Promise<number> {
  try {
    return await command();
  } catch (error) {
    tell(error);
    return UNUSABLE;
  }
}

/** Prints a page of help, which the parser does outside {@linkcode main}. */
function printHelp(page: string): void {
  try {
    console.log(page);
  } catch (error) {
    tell(error);
    Deno.exit(UNUSABLE);
  }
}

/** Prints what went wrong: for a user in one sentence, for us with its trace. */
function tell(error: unknown): void {
  if (error instanceof UserError) {
    console.error(`Error: ${error.message}`);
  } else if (error instanceof Deno.errors.NotCapable) {
    console.error(
      `Error: Deno did not allow this: ${error.message}. A task may touch the folders that its options name, and no ` +
        "others: see docs/security.md.",
    );
  } else if (isFailedOutput(error)) {
    console.error(`Error: Cannot write to standard output: ${error.message}. Make room, or send it elsewhere.`);
  } else {
    console.error("This is a bug in lenet-bench; please report it with the lines below.");
    console.error(error);
  }
}

/** What the system says of output that it can't take. Whatever fails to write a file says so itself. */
const OUTPUT_CODES: readonly unknown[] = ["ENOSPC", "EDQUOT", "EFBIG", "EIO", "EPIPE"];

function isFailedOutput(error: unknown): error is Error {
  return error instanceof Error && "code" in error && OUTPUT_CODES.includes(error.code);
}

/** A signal that the first Ctrl-C (or a polite kill) raises; a second one exits at once. */
export function interruptSignal(onInterrupt: () => void): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  const interrupt = () => {
    if (controller.signal.aborted) {
      if (performance.now() - first < SAME_SIGNAL_MS) return;
      Deno.exit(INTERRUPTED);
    }
    first = performance.now();
    controller.abort(new UserError("Interrupted"));
    onInterrupt();
  };
  Deno.addSignalListener("SIGINT", interrupt);
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", interrupt);
  return controller.signal;
}

/** Says so if the results of this command will not name their commit. */
export async function tellUnknownCommit(): Promise<void> {
  const notice = await commitNotice();
  if (notice !== undefined) console.error(plainLine(`Note: ${notice}`));
}

/** The folder of data sets named by the option, or else by LENET_BENCH_DATA. */
export function dataDirectory(option: string | undefined): string | undefined {
  return option ?? (typedPath(Deno.env.get("LENET_BENCH_DATA") ?? "") || undefined);
}

/**
 * Makes a folder for a run that starts now, for example `results/runs/lenet300-quick-20261121T093000`. One that starts
 * in the same second gets the next free name, `...-2`.
 *
 * @throws {UserError} The folder can't be made.
 */
export function newRunDirectory(suite: string, profile: string): string {
  const time = new Date().toISOString().replace(/[-:]|\..*/g, "");
  return newFolder(projectPath(`${RUNS_DIR}/${suite}-${profile}-${time}`));
}

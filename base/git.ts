/**
 * What git knows about a checkout.
 *
 * @module
 */
import { messageOf } from "./errors.ts";

/**
 * Settings of every call. Git's hooks and its file monitor are programs: they may fail where git itself would not, and
 * a run starts none that it does not need.
 */
const SETTINGS = ["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false"];

/**
 * Variables that point git to another repository than the one around its folder, to other parts of it, or to other
 * files. Git sets some of them for its hooks, and so for a run that a hook starts.
 */
const REDIRECTING = [
  "GIT_DIR",
  "GIT_COMMON_DIR",
  "GIT_WORK_TREE",
  "GIT_IMPLICIT_WORK_TREE",
  "GIT_PREFIX",
  "GIT_INDEX_FILE",
  "GIT_OBJECT_DIRECTORY",
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_GRAFT_FILE",
  "GIT_SHALLOW_FILE",
  "GIT_REPLACE_REF_BASE",
  "GIT_NAMESPACE",
  "GIT_CEILING_DIRECTORIES",
  "GIT_ATTR_SOURCE",
  "GIT_EXTERNAL_DIFF",
  "GIT_DIFF_OPTS",
  "GIT_LITERAL_PATHSPECS",
  "GIT_GLOB_PATHSPECS",
  "GIT_NOGLOB_PATHSPECS",
  "GIT_ICASE_PATHSPECS",
];

/** Git could not do what it was asked. */
export class GitError extends Error {
  override readonly name = "GitError";

  constructor(args: readonly string[], readonly reason: string) {
    super(`git ${args.join(" ")}: ${reason}`);
  }
}

/** Standard output of git run in `cwd`, trimmed; undefined if it fails, is missing or may not be run. */
export async function git(args: readonly string[], cwd: string): Promise<string | undefined> {
  try {
    return await runGit(args, { cwd });
  } catch {
    return undefined;
  }
}

/**
 * Standard output of git, trimmed. Git looks for the repository around its folder, whatever variables a caller of this
 * program has set, and runs no hooks.
 *
 * @throws {GitError} Git fails, is missing, or may not be run: its reason is what git printed.
 */
export async function runGit(
  args: readonly string[],
  options: Pick<Deno.CommandOptions, "cwd" | "env"> = {},
): Promise<string> {
  forgetOtherRepositories();
  const { success, stdout, stderr } = await start(args, options);
  const decoder = new TextDecoder();
  if (!success) throw new GitError(args, decoder.decode(stderr).trim().replace(/^fatal: /, ""));
  return decoder.decode(stdout).trim();
}

async function start(
  args: readonly string[],
  options: Pick<Deno.CommandOptions, "cwd" | "env">,
): Promise<Deno.CommandOutput> {
  try {
    return await new Deno.Command("git", { args: [...SETTINGS, ...args], ...options }).output();
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound && !error.message.includes("cwd");
    throw new GitError(args, isMissing ? "git is not installed" : messageOf(error));
  }
}

/** Deno can add variables to those of a program that it starts, but take none away: they go from this process. */
function forgetOtherRepositories(): void {
  for (const name of REDIRECTING) {
    try {
      Deno.env.delete(name);
    } catch {
      return; // A task's program may not, and its launcher has done it before.
    }
  }
}

/**
 * When a commit was made, ISO 8601 in UTC; undefined if the checkout that holds `cwd` does not have it.
 *
 * @param commit Hexadecimal digits, with or without `-dirty` after them; anything else could be an option of git and
 * returns undefined.
 */
export async function commitTime(commit: string, cwd: string): Promise<string | undefined> {
  const hash = hashOf(commit);
  if (hash === undefined) return undefined;
  const time = await git(["log", "-1", "--no-show-signature", "--format=%cI", `${hash}^{commit}`], cwd);
  return time === undefined ? undefined : new Date(time).toISOString();
}

/**
 * A commit's place in git's order, whatever the clocks said: the number of commits that it is made of, itself included.
 * An ancestor's is always smaller. Commits of parallel branches may share one.
 *
 * @param commit As for {@linkcode commitTime}; local changes count for nothing.
 * @returns undefined if the checkout that holds `cwd` lacks the commit or, as a shallow clone does, an ancestor of it.
 */
export async function commitPosition(commit: string, cwd: string): Promise<number | undefined> {
  const hash = hashOf(commit);
  if (hash === undefined) return undefined;
  const list = (...options: string[]) => git(["--no-replace-objects", "rev-list", ...options, `${hash}^{commit}`], cwd);
  const roots = await list("--max-parents=0", "--format=raw");
  // The raw form names parents that a shallow clone cut off.
  if (roots === undefined || /^parent /m.test(roots)) return undefined;
  const count = await list("--count");
  return count === undefined ? undefined : Number(count);
}

/** The hash in a row's `commit`; undefined for anything that could be an option of git. */
function hashOf(commit: string): string | undefined {
  return /^([0-9a-f]{7,64})(?:-dirty(?:\.[0-9a-f]+)?)?$/.exec(commit)?.[1];
}

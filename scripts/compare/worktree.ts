/**
 * Another revision of this program, checked out temporarily.
 *
 * @module
 */
import { join } from "node:path";
import { messageOf, UserError } from "../../base/errors.ts";
import { git, GitError, runGit } from "../../base/git.ts";
import { findCommit } from "../../device/commit.ts";
import { lockRun } from "../../results/folder/run_lock.ts";
import { WORKTREES_DIR } from "../command/path_options.ts";

/** A file that every revision of this program has. */
const OWN_FILE = "scripts/bench.ts";

/** A revision in a folder of its own; disposing removes it. */
export interface Worktree extends AsyncDisposable {
  /** The program's folder in it, absolute: the project may be a subfolder of its repository. */
  readonly root: string;
  /** The full hash. */
  readonly commit: string;
}

/**
 * The full hash of `revision`.
 *
 * @throws {UserError} There is no such revision, it does not have this program, or git can't look.
 */
export async function resolveRevision(revision: string): Promise<string> {
  const { obstacle } = await findCommit(Deno.cwd());
  if (obstacle !== undefined) {
    throw new UserError(
      `Cannot look for revision "${revision}": ${obstacle}. Without git, "deno task compare" compares the folders of two ` +
        "runs.",
    );
  }
  const commit = await git(["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`], ".");
  if (commit === undefined) {
    throw new UserError(
      `Cannot find revision "${revision}" in this repository. Name a commit, branch or tag that "git log" knows; in a ` +
        "shallow clone, fetch it first.",
    );
  }
  if (await git(["rev-parse", "--verify", "--quiet", `${commit}:./${OWN_FILE}`], ".") === undefined) {
    throw new UserError(
      `Cannot compare with "${revision}": that revision has no "${await prefixOfProject()}${OWN_FILE}". Name one that ` +
        `"git log -- ${OWN_FILE}" lists.`,
    );
  }
  return commit;
}

/** The project's folder in its repository, with a slash at its end; empty if it is the repository's own. */
async function prefixOfProject(): Promise<string> {
  return await runGit(["rev-parse", "--show-prefix"], { cwd: "." });
}

function reasonOf(error: unknown): string {
  return error instanceof GitError ? error.reason : messageOf(error);
}

/**
 * Checks `commit` out into a worktree of its own, and removes those that killed processes left behind.
 *
 * @throws {UserError} git can't check it out.
 */
export async function addWorktree(commit: string): Promise<Worktree> {
  await removeLeftBehind();
  const folder = `${WORKTREES_DIR}/${crypto.randomUUID()}`;
  const lock = lockRun(folder);
  const remove = async () => {
    await removeFolder(folder);
    lock[Symbol.dispose]();
  };
  try {
    await runGit(["worktree", "add", "--detach", "--quiet", treeIn(folder), commit]);
    const root = await Deno.realPath(join(treeIn(folder), await prefixOfProject()));
    return { root, commit, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw new UserError(
      `Cannot check "${commit}" out into "${WORKTREES_DIR}": ${
        reasonOf(error)
      }. Change what git complains about; "git ` +
        `worktree add --detach DIR ${commit.slice(0, 12)}" tries the same.`,
      { cause: error },
    );
  }
}

function treeIn(folder: string): string {
  return `${folder}/tree`;
}

/** Removes unlocked worktrees. "git worktree prune" would also forget a user's own on an unmounted disk. */
async function removeLeftBehind(): Promise<void> {
  for (const folder of foldersIn(WORKTREES_DIR)) {
    try {
      using _lock = lockRun(folder);
      await removeFolder(folder);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
    }
  }
}

async function removeFolder(folder: string): Promise<void> {
  // Forced twice, or git keeps one whose creation was interrupted.
  await git(["worktree", "remove", "--force", "--force", treeIn(folder)], ".");
  await Deno.remove(folder, { recursive: true }).catch(() => {});
}

function foldersIn(directory: string): string[] {
  try {
    return [...Deno.readDirSync(directory)].map(({ name }) => `${directory}/${name}`);
  } catch {
    return []; // None was ever created.
  }
}

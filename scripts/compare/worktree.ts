/**
 * Another revision of this program, checked out temporarily.
 *
 * @module
 */
import { UserError } from "../../base/errors.ts";
import { git } from "../../base/git.ts";
import { lockRun } from "../../results/folder/run_lock.ts";
import { WORKTREES_DIR } from "../command/path_options.ts";

/** A revision in a folder of its own; disposing removes it. */
export interface Worktree extends AsyncDisposable {
  /** Absolute. */
  readonly root: string;
  /** The full hash. */
  readonly commit: string;
}

/**
 * The full hash of `revision`.
 *
 * @throws {UserError} There is no such revision.
 */
export async function resolveRevision(revision: string): Promise<string> {
  const commit = await git(["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`], ".");
  if (commit !== undefined) return commit;
  throw new UserError(
    `Cannot find revision "${revision}" in this repository. Name a commit, branch or tag that "git log" knows; in a ` +
      "shallow clone, fetch it first.",
  );
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
  if (await git(["worktree", "add", "--detach", "--quiet", treeIn(folder), commit], ".") === undefined) {
    await remove();
    throw new UserError(`Cannot check "${commit}" out into "${WORKTREES_DIR}". Make room for it.`);
  }
  return { root: await Deno.realPath(treeIn(folder)), commit, [Symbol.asyncDispose]: remove };
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

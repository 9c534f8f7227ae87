/**
 * Another revision of this program, checked out beside it for a while.
 *
 * @module
 */
import { UserError } from "../base/errors.ts";

/** Where worktrees are: in the project's folder, so that the task's permissions cover them. */
const WORKTREES_DIR = ".cache/worktrees";

/** A revision in a folder of its own. */
export interface Worktree {
  /** Absolute. */
  readonly root: string;
  /** The full hash. */
  readonly commit: string;
  remove(): Promise<void>;
}

/**
 * Checks `revision` out into a temporary worktree called `name`. One of that name which a killed process left behind is
 * replaced.
 *
 * @throws {UserError} There is no such revision, or git can't check it out.
 */
export async function addWorktree(revision: string, { name }: { readonly name: string }): Promise<Worktree> {
  const commit = await git(["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`]);
  if (commit === undefined) {
    throw new UserError(
      `Cannot find revision "${revision}" in this repository. Name a commit, branch or tag that "git log" knows; in a ` +
        "shallow clone, fetch it first.",
    );
  }
  const path = `${WORKTREES_DIR}/${name}`;
  const remove = async () => {
    await git(["worktree", "remove", "--force", path]);
    await git(["worktree", "prune"]);
  };
  await remove();
  if (await git(["worktree", "add", "--detach", "--quiet", path, commit]) === undefined) {
    throw new UserError(`Cannot check "${revision}" out into "${path}". Remove that folder, or make room for it.`);
  }
  return { root: await Deno.realPath(path), commit, remove };
}

/** What git prints; undefined where it fails or isn't there. */
async function git(args: string[]): Promise<string | undefined> {
  try {
    const { success, stdout } = await new Deno.Command("git", { args, stderr: "null" }).output();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

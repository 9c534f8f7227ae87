/**
 * The program's own commit.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { messageOf } from "../base/errors.ts";
import { git, GitError, runGit } from "../base/git.ts";

/**
 * Variable in which the tasks' launcher passes the commit to the program that it starts: a program that may run git
 * could run anything, since git's options name other programs.
 */
export const COMMIT_VARIABLE = "LENET_BENCH_COMMIT";

/** The commit of a program whose files no repository tracks, or whose repository git can't read. */
const UNKNOWN = "unknown";

/** The program's own folder; undefined if it was not loaded from files. */
const ROOT = import.meta.dirname === undefined ? undefined : join(import.meta.dirname, "..");

/** A file of this program, by which a repository shows that it tracks it. */
const OWN_FILE = "device/commit.ts";

/** A commit, or why there is none. */
export interface FoundCommit {
  /**
   * The hash; if the program's files were changed or added to, followed by `-dirty.` and the first 12 digits of the
   * changes' SHA-256; `unknown` if no repository tracks them or git fails.
   */
  readonly commit: string;
  /** Why it is unknown, in git's words where git failed. */
  readonly obstacle?: string;
}

/** The commit that the launcher found, or else git. */
export async function readCommit(): Promise<FoundCommit> {
  return handedOver() ?? await findCommit(ROOT);
}

/** The value of {@linkcode COMMIT_VARIABLE}. */
export function commitVariable({ commit, obstacle }: FoundCommit): string {
  return obstacle === undefined ? commit : `${commit}: ${obstacle}`;
}

function handedOver(): FoundCommit | undefined {
  try {
    const [, commit, obstacle] = /^([^:]+)(?:: (.*))?$/s.exec(Deno.env.get(COMMIT_VARIABLE) ?? "") ?? [];
    return commit === undefined ? undefined : { commit, ...(obstacle !== undefined && { obstacle }) };
  } catch {
    return undefined; // No permission to look, as when the library is used by another program.
  }
}

/** What to tell a user whose results will not name the commit that they were made with; undefined if they will. */
export async function commitNotice(): Promise<string | undefined> {
  const { commit, obstacle } = await readCommit();
  if (commit !== UNKNOWN) return undefined;
  return `The commit of these results is "${UNKNOWN}", and no history takes them${obstacle ? `: ${obstacle}` : ""}`;
}

/** {@linkcode FoundCommit.commit} of the program in the folder `root`. */
export async function commitOf(root: string): Promise<string> {
  return (await findCommit(root)).commit;
}

/** The commit of this program, or of a copy of it in the folder `root`, by git. */
export async function findCommit(root = ROOT): Promise<FoundCommit> {
  if (root === undefined) return unknown("this program was not loaded from files");
  try {
    const repository = await runGit(["rev-parse", "--show-toplevel"], { cwd: root });
    const commit = await git(["rev-parse", "--verify", "HEAD"], root);
    if (commit === undefined) return unknown(`the repository "${repository}" has no commit yet`);
    // A copy without a repository of its own may lie in a folder of another one.
    if (await git(["rev-parse", "--verify", `HEAD:./${OWN_FILE}`], root) === undefined) {
      return unknown(`the repository "${repository}" does not have the files of this program`);
    }
    // Not `git diff`, whose text depends on the user's settings.
    const comparison = ["diff-index", "--patch", "--binary", "--no-ext-diff", "--no-textconv", "HEAD", "--", "."];
    const changes = await runGit(comparison, { cwd: root });
    const others = [await addedFiles(root), ...await hiddenChanges(root)].filter((text) => text !== "");
    if (changes === "" && others.length === 0) return { commit };
    return { commit: `${commit}-dirty.${digest([changes, ...others].join("\0"))}` };
  } catch (error) {
    return unknown(error instanceof GitError ? error.reason : messageOf(error));
  }
}

function unknown(obstacle: string): FoundCommit {
  return { commit: UNKNOWN, obstacle };
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/**
 * Names and checksums of the program files that git does not know yet, such as a new suite. Other files don't count: a
 * run's own would make it one of another commit.
 */
async function addedFiles(root: string): Promise<string> {
  const names = await runGit(["ls-files", "-z", "--others", "--exclude-standard", "--", "*.ts"], { cwd: root });
  const files = names.split("\0").filter((name) => name !== "");
  if (files.length === 0) return "";
  return `${names}\0${await runGit(["hash-object", "--no-filters", "--", ...files], { cwd: root })}`;
}

/**
 * Names and checksums of changed files that git was told not to look at (`update-index --assume-unchanged` or
 * `--skip-worktree`).
 */
async function hiddenChanges(root: string): Promise<string[]> {
  const listed = await runGit(["ls-files", "-v", "-z", "--", "."], { cwd: root });
  const hidden = listed.split("\0").filter((line) => /^[a-zS] /.test(line)).map((line) => line.slice(2));
  const changes: string[] = [];
  for (const name of hidden) {
    // A sparse checkout hides files that are not there.
    const checksum = await git(["hash-object", "--", name], root);
    const committed = await git(["rev-parse", "--verify", "--quiet", `HEAD:./${name}`], root);
    if (checksum !== undefined && checksum !== committed) changes.push(`${name} ${checksum}`);
  }
  return changes;
}

/**
 * The program's own commit.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { git } from "../base/git.ts";

/**
 * Variable in which the tasks' launcher passes the commit to the program that it starts: a program that may run git
 * could run anything, since git's options name other programs.
 */
export const COMMIT_VARIABLE = "LENET_BENCH_COMMIT";

/**
 * The commit. If files were changed or program files added, followed by `-dirty.` and the first 12 digits of the
 * changes' SHA-256. `unknown` outside a checkout, or when git fails.
 */
export async function readCommit(): Promise<string> {
  // The folder of the program, not of the user: a suite can be run from anywhere.
  return handedOver() ?? await commitOf(import.meta.dirname);
}

function handedOver(): string | undefined {
  try {
    return Deno.env.get(COMMIT_VARIABLE) || undefined;
  } catch {
    return undefined; // No permission to look, as when the library is used by another program.
  }
}

/** The same for the checkout that contains `cwd`, by git. */
export async function commitOf(cwd: string | undefined): Promise<string> {
  if (cwd === undefined) return "unknown";
  const [commit, root] = (await git(["rev-parse", "HEAD", "--show-toplevel"], cwd))?.split("\n") ?? [];
  if (commit === undefined || root === undefined) return "unknown";
  // Not `git diff`, whose text depends on the user's settings.
  const changes = await git(["diff-index", "--patch", "--binary", "--no-ext-diff", "HEAD"], root);
  const added = await addedFiles(root);
  if (changes === undefined || added === undefined) return "unknown";
  if (changes === "" && added === "") return commit;
  return `${commit}-dirty.${createHash("sha256").update(`${changes}\0${added}`).digest("hex").slice(0, 12)}`;
}

/**
 * Names and checksums of the program files that git does not know yet, such as a new suite; undefined when git fails.
 * Other files don't count: a run's own would make it one of another commit.
 */
async function addedFiles(root: string): Promise<string | undefined> {
  const names = await git(["ls-files", "-z", "--others", "--exclude-standard", "--", "*.ts"], root);
  if (names === undefined || names === "") return names;
  const files = names.split("\0").filter((name) => name !== "");
  const checksums = await git(["hash-object", "--no-filters", "--", ...files], root);
  return checksums === undefined ? undefined : `${names}\0${checksums}`;
}

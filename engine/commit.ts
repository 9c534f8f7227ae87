/**
 * The program's own commit.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { git } from "../base/git.ts";

/**
 * Variable in which the tasks' launcher hands the commit to the program that it starts: a program that may start git may
 * start anything, for git does what its options say.
 */
export const COMMIT_VARIABLE = "LENET_BENCH_COMMIT";

/**
 * The commit; behind it, where files were changed, `-dirty.` and the first 12 digits of the changes' SHA-256; `unknown`
 * outside a checkout.
 */
export async function readCommit(): Promise<string> {
  // The folder of the program, not of the user: a suite can be run from anywhere.
  return handedOver() ?? await commitOf(import.meta.dirname);
}

function handedOver(): string | undefined {
  try {
    return Deno.env.get(COMMIT_VARIABLE) || undefined;
  } catch {
    return undefined; // No permission to look: a library's user has not given any.
  }
}

/** The same of the checkout that holds `cwd`, by git. */
export async function commitOf(cwd: string | undefined): Promise<string> {
  if (cwd === undefined) return "unknown";
  const commit = await git(["rev-parse", "HEAD"], cwd);
  if (commit === undefined) return "unknown";
  const changes = await git(["diff", "--no-ext-diff", "HEAD"], cwd);
  if (changes === "") return commit;
  return `${commit}-dirty.${createHash("sha256").update(changes ?? "").digest("hex").slice(0, 12)}`;
}

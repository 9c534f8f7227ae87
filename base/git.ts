/**
 * What git knows about a checkout.
 *
 * @module
 */

/** Standard output of git run in `cwd`, trimmed; undefined if it fails, is missing or may not be run. */
export async function git(args: readonly string[], cwd: string): Promise<string | undefined> {
  try {
    return await runGit(args, { cwd });
  } catch {
    return undefined;
  }
}

/**
 * Standard output of git, trimmed.
 *
 * @throws {Error} git fails: its message is what git printed.
 */
export async function runGit(
  args: readonly string[],
  options: Pick<Deno.CommandOptions, "cwd" | "env"> = {},
): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("git", { args: [...args], ...options }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`git ${args.join(" ")}: ${decoder.decode(stderr)}`);
  return decoder.decode(stdout).trim();
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

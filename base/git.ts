/**
 * What git knows of a checkout.
 *
 * @module
 */

/** Standard output of git run in `cwd`, trimmed; undefined where it fails, is missing or may not be run. */
export async function git(args: readonly string[], cwd: string): Promise<string | undefined> {
  try {
    const { success, stdout } = await new Deno.Command("git", { args: [...args], cwd, stderr: "null" }).output();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch {
    return undefined;
  }
}

/**
 * When a commit was made, ISO 8601 in UTC; undefined where the checkout that holds `cwd` does not have it.
 *
 * @param commit Hexadecimal digits, perhaps with `-dirty`; anything else may be an option of git and is not asked.
 */
export async function commitTime(commit: string, cwd: string): Promise<string | undefined> {
  const [, hash] = /^([0-9a-f]{7,64})(?:-dirty(?:\.[0-9a-f]+)?)?$/.exec(commit) ?? [];
  if (hash === undefined) return undefined;
  const time = await git(["log", "-1", "--no-show-signature", "--format=%cI", `${hash}^{commit}`], cwd);
  return time === undefined ? undefined : new Date(time).toISOString();
}

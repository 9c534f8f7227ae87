/**
 * What tests everywhere share. Not part of the library.
 *
 * @module
 */
import { runGit } from "./git.ts";

/** Runs `test` with a temporary folder, which is removed afterwards. */
export async function withFolder(test: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs `test` in a repository with one commit, of 2 January 2024 and without files. */
export async function withRepository(test: (directory: string) => Promise<void>): Promise<void> {
  await withFolder(async (directory) => {
    const author = ["-c", "user.name=A", "-c", "user.email=a@example.org"];
    await runGit(["init", "--quiet"], { cwd: directory });
    await runGit([...author, "commit", "--quiet", "--allow-empty", "--message", "first"], {
      cwd: directory,
      env: { GIT_COMMITTER_DATE: "2024-01-02T03:04:05+02:00" },
    });
    await test(directory);
  });
}

import assert from "node:assert/strict";
import { join } from "node:path";
import { commitTime, git } from "./git.ts";

async function withRepository(test: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    const author = ["-c", "user.name=A", "-c", "user.email=a@example.org"];
    await git(["init", "--quiet"], directory);
    await new Deno.Command("git", {
      args: [...author, "commit", "--quiet", "--allow-empty", "--message", "first"],
      cwd: directory,
      env: { GIT_COMMITTER_DATE: "2024-01-02T03:04:05+02:00" },
    }).output();
    await test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("a commit's time is told in UTC, with changed files or without", () =>
  withRepository(async (directory) => {
    const commit = await git(["rev-parse", "HEAD"], directory);
    assert.equal(await commitTime(commit!, directory), "2024-01-02T01:04:05.000Z");
    assert.equal(await commitTime(`${commit}-dirty`, directory), "2024-01-02T01:04:05.000Z");
  }));

Deno.test("what is no commit here has no time, and is not taken for an option", () =>
  withRepository(async (directory) => {
    assert.equal(await commitTime("0".repeat(40), directory), undefined);
    assert.equal(await commitTime("unknown", directory), undefined);
    const written = join(directory, "written");
    assert.equal(await commitTime(`--output=${written}`, directory), undefined);
    await assert.rejects(Deno.stat(written), Deno.errors.NotFound);
    assert.equal(await git(["rev-parse", "HEAD"], join(directory, "none")), undefined);
  }));

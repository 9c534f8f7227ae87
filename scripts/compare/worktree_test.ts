import assert from "node:assert/strict";
import { exists } from "../../base/files.ts";
import { runGit } from "../../base/git.ts";
import { withRepository } from "../../base/testing.ts";
import { addWorktree, resolveRevision } from "./worktree.ts";

/** Runs `test` in the folder `bench/` of a repository with two commits: one without the project, and its own. */
async function inProject(test: (repository: string) => Promise<void>): Promise<void> {
  await withRepository(async (repository) => {
    const before = Deno.cwd();
    for (const [folder, file] of [["scripts", "bench.ts"], ["device", "commit.ts"]]) {
      await Deno.mkdir(`${repository}/bench/${folder}`, { recursive: true });
      await Deno.writeTextFile(`${repository}/bench/${folder}/${file}`, "");
    }
    await runGit(["add", "."], { cwd: repository });
    const author = ["-c", "user.name=A", "-c", "user.email=a@example.org"];
    await runGit([...author, "commit", "--quiet", "--message", "project"], { cwd: repository });
    try {
      Deno.chdir(`${repository}/bench`);
      await test(repository);
    } finally {
      Deno.chdir(before);
    }
  });
}

Deno.test("addWorktree() has the project's folder of the revision, though a hook fails, and removes it", () =>
  inProject(async (repository) => {
    const hook = `${repository}/.git/hooks/post-checkout`;
    await Deno.mkdir(`${repository}/.git/hooks`, { recursive: true });
    await Deno.writeTextFile(hook, "#!/bin/sh\nexit 2\n", { mode: 0o755 });
    const commit = await resolveRevision("HEAD");
    let root: string;
    {
      await using worktree = await addWorktree(commit);
      root = worktree.root;
      assert.match(root, /\/tree\/bench$/);
      assert.ok(exists(`${root}/scripts/bench.ts`));
    }
    assert.ok(!exists(root));
  }));

Deno.test("addWorktree() says what git complains about", () =>
  inProject(async (repository) => {
    await Deno.remove(`${repository}/.git/objects`, { recursive: true });
    await Deno.mkdir(`${repository}/.git/objects`);
    await assert.rejects(addWorktree("0".repeat(40)), {
      name: "UserError",
      message:
        /^Cannot check "0+" out into "\.cache\/worktrees": (?!Command failed).+ "git worktree add --detach DIR 0{12}"/,
    });
  }));

Deno.test("resolveRevision() tells an unknown revision, one before the program and a git that fails apart", () =>
  inProject(async (repository) => {
    await assert.rejects(resolveRevision("nowhere"), /Cannot find revision "nowhere" in this repository/);
    await assert.rejects(resolveRevision("HEAD^"), /"HEAD\^": that revision has no "bench\/scripts\/bench\.ts"/);
    await assert.rejects(resolveRevision("--output=x"), /Cannot find revision/);
    Deno.chdir(repository);
    await assert.rejects(
      resolveRevision("HEAD"),
      /"HEAD": the repository ".*" does not have the files of this program/,
    );
    await Deno.rename(`${repository}/.git/HEAD`, `${repository}/.git/head`);
    await assert.rejects(
      resolveRevision("HEAD"),
      /^UserError: Cannot look for revision "HEAD": not a git repository .* "deno task compare"/,
    );
  }));

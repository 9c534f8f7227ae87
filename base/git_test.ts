import assert from "node:assert/strict";
import { join } from "node:path";
import { commitPosition, commitTime, git, runGit } from "./git.ts";
import { withFolder, withRepository } from "./testing.ts";

Deno.test("commitTime() is in UTC, with or without changed files", () =>
  withRepository(async (directory) => {
    const commit = await git(["rev-parse", "HEAD"], directory);
    assert.equal(await commitTime(commit!, directory), "2024-01-02T01:04:05.000Z");
    assert.equal(await commitTime(`${commit}-dirty`, directory), "2024-01-02T01:04:05.000Z");
  }));

Deno.test("commitTime() is the time alone, even if the user's git shows signatures", () =>
  withRepository(async (directory) => {
    const write = (name: string, text: string) => Deno.writeTextFile(join(directory, name), text, { mode: 0o755 });
    await write("gpg", "#!/bin/sh\necho Good signature >&2\n");
    await git(["config", "log.showSignature", "true"], directory);
    await git(["config", "gpg.program", join(directory, "gpg")], directory);
    const tree = await git(["rev-parse", "HEAD^{tree}"], directory);
    const person = "A <a@example.org> 1704157445 +0200";
    const signature = "-----BEGIN PGP SIGNATURE-----\n \n AAAA\n -----END PGP SIGNATURE-----";
    await write("commit", `tree ${tree}\nauthor ${person}\ncommitter ${person}\ngpgsig ${signature}\n\nsigned\n`);
    const commit = await git(["hash-object", "-t", "commit", "-w", "commit"], directory);
    assert.equal(await commitTime(commit!, directory), "2024-01-02T01:04:05.000Z");
  }));

Deno.test("commitTime() is undefined for anything but a commit here, and passes git no option", () =>
  withRepository(async (directory) => {
    assert.equal(await commitTime("0".repeat(40), directory), undefined);
    assert.equal(await commitTime("unknown", directory), undefined);
    const written = join(directory, "written");
    assert.equal(await commitTime(`--output=${written}`, directory), undefined);
    await assert.rejects(Deno.stat(written), Deno.errors.NotFound);
    assert.equal(await git(["rev-parse", "HEAD"], join(directory, "none")), undefined);
  }));

Deno.test("runGit() throws what git printed", () => assert.rejects(runGit(["nothing"]), /git nothing: .*'nothing'/s));

Deno.test("commitPosition() follows git's graph, not its clocks, and counts a merge after both its branches", () =>
  withRepository(async (directory) => {
    const run = (...args: string[]) =>
      runGit(["-c", "user.name=a", "-c", "user.email=a@example.org", ...args], {
        cwd: directory,
        env: { GIT_AUTHOR_DATE: "2020-01-01T00:00:00Z", GIT_COMMITTER_DATE: "2020-01-01T00:00:00Z" },
      });
    const positions = async (...revisions: string[]) =>
      await Promise.all(revisions.map(async (each) => await commitPosition(await run("rev-parse", each), directory)));
    // All of one second, and four years before the first commit.
    for (const name of ["a", "b"]) await run("commit", "--quiet", "--allow-empty", "-m", name);
    await run("branch", "other", "HEAD~1");
    await run("checkout", "--quiet", "other");
    await run("commit", "--quiet", "--allow-empty", "-m", "parallel");
    await run("merge", "--quiet", "-m", "both", "-");
    assert.deepEqual(await positions("HEAD~2", "HEAD^1", "HEAD^2", "HEAD"), [2, 3, 3, 5]);
    assert.equal(await commitPosition(`${await run("rev-parse", "HEAD")}-dirty.0123456789ab`, directory), 5);
  }));

Deno.test("commitPosition() is undefined for an unknown commit, and in a shallow clone", () =>
  withRepository(async (directory) => {
    await runGit(["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "--allow-empty", "-m", "b"], {
      cwd: directory,
    });
    await runGit(["clone", "--quiet", "--depth", "1", `file://${directory}`, "shallow"], { cwd: directory });
    const head = await runGit(["rev-parse", "HEAD"], { cwd: directory });
    assert.equal(await commitPosition(head, directory), 2);
    assert.equal(await commitPosition(head, join(directory, "shallow")), undefined);
    assert.equal(await commitPosition("0".repeat(40), directory), undefined);
    assert.equal(await commitPosition("--output=x", directory), undefined);
  }));

Deno.test("runGit() starts no hook, and looks around its folder whatever variables say", () =>
  withRepository((repository) =>
    withRepository(async (other) => {
      const hook = "#!/bin/sh\nexit 2\n";
      await Deno.mkdir(join(repository, "own"));
      for (const folder of [".git/hooks", "own"]) {
        await Deno.mkdir(join(repository, folder), { recursive: true });
        for (const name of ["post-checkout", "reference-transaction"]) {
          await Deno.writeTextFile(join(repository, folder, name), hook, { mode: 0o755 });
        }
      }
      await runGit(["worktree", "add", "--detach", "--quiet", "tree"], { cwd: repository });
      await runGit(["config", "core.hooksPath", join(repository, "own")], { cwd: repository });
      await runGit(["worktree", "add", "--detach", "--quiet", "tree2"], { cwd: repository });
      Deno.env.set("GIT_DIR", join(other, ".git"));
      assert.equal(await runGit(["rev-parse", "--show-toplevel"], { cwd: repository }), repository);
    })
  ));

Deno.test("runGit() says what kept git from answering", async () => {
  await assert.rejects(runGit(["status"], { cwd: "/nonexistent" }), { name: "GitError", reason: /No such cwd/ });
  await withFolder((folder) =>
    assert.rejects(runGit(["status"], { cwd: folder }), { name: "GitError", reason: /^not a git repository/ })
  );
});

import assert from "node:assert/strict";
import { join } from "node:path";
import { commitTime, git, runGit } from "./git.ts";
import { withRepository } from "./testing.ts";

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

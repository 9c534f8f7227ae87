import assert from "node:assert/strict";
import { git } from "../base/git.ts";
import { withRepository } from "../base/testing.ts";
import { COMMIT_VARIABLE, commitOf, readCommit } from "./commit.ts";

Deno.test("readCommit() takes the launcher's commit, and asks git without one", async () => {
  const before = Deno.env.get(COMMIT_VARIABLE);
  try {
    Deno.env.set(COMMIT_VARIABLE, "handed-over");
    assert.equal(await readCommit(), "handed-over");
    Deno.env.delete(COMMIT_VARIABLE);
    assert.match(await readCommit(), /^([0-9a-f]{40}(-dirty\.[0-9a-f]{12})?|unknown)$/);
  } finally {
    if (before !== undefined) Deno.env.set(COMMIT_VARIABLE, before);
  }
});

Deno.test("commitOf() marks a checkout as dirty if a program file is changed or added, whatever the user's settings", () =>
  withRepository(async (directory) => {
    const write = (name: string, text: string) => Deno.writeTextFile(`${directory}/${name}`, text);
    const commit = await git(["rev-parse", "HEAD"], directory);
    assert.equal(await commitOf(directory), commit);
    await write("trials.csv", "a run's own");
    assert.equal(await commitOf(directory), commit);

    const seen = new Set([commit]);
    const isNew = async () => {
      const found = await commitOf(directory);
      assert.match(found, new RegExp(`^${commit}-dirty\\.[0-9a-f]{12}$`));
      assert.ok(!seen.has(found));
      seen.add(found);
      return found;
    };
    await Deno.mkdir(`${directory}/suites`);
    await write("suites/new.ts", "1");
    const added = await isNew();
    assert.equal(await commitOf(`${directory}/suites`), added, "from any folder of it");
    await write("suites/new.ts", "2");
    await isNew();
    await Deno.rename(`${directory}/suites/new.ts`, `${directory}/suites/other.ts`);
    await isNew();
    await git(["add", "suites/other.ts"], directory);
    const staged = await isNew();
    for (
      const [name, value] of [["diff.noprefix", "true"], ["color.ui", "always"], ["diff.external", "/nonexistent"]]
    ) {
      await git(["config", name!, value!], directory);
    }
    assert.equal(await commitOf(directory), staged);
    await write("suites/other.ts", "\0 3");
    await isNew();
    await write("suites/other.ts", "\0 4");
    await isNew();
  }));

Deno.test("commitOf() is unknown when git can't list changes", () =>
  withRepository(async (directory) => {
    await Deno.writeTextFile(`${directory}/.git/index`, "no index");
    assert.equal(await commitOf(directory), "unknown");
    assert.equal(await commitOf(`${directory}/none`), "unknown");
    assert.equal(await commitOf(undefined), "unknown");
  }));

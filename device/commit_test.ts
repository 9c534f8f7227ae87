import assert from "node:assert/strict";
import { git, runGit } from "../base/git.ts";
import { withFolder, withRepository } from "../base/testing.ts";
import { COMMIT_VARIABLE, commitNotice, commitOf, commitVariable, findCommit, readCommit } from "./commit.ts";

const AUTHOR = ["-c", "user.name=A", "-c", "user.email=a@example.org"];

/** Runs `test` in a repository that tracks a program in its folder `below`, which is a path with a slash at its end. */
async function withProgram(test: (root: string, repository: string) => Promise<void>, below = ""): Promise<void> {
  await withRepository(async (repository) => {
    const root = `${repository}/${below}`.replace(/\/$/, "");
    await copyProgram(root);
    await runGit(["add", "."], { cwd: root });
    await runGit([...AUTHOR, "commit", "--quiet", "--message", "program"], { cwd: root });
    await test(root, repository);
  });
}

async function copyProgram(root: string): Promise<void> {
  await Deno.mkdir(`${root}/device`, { recursive: true });
  await Deno.writeTextFile(`${root}/device/commit.ts`, "");
}

/** Runs `test` with some variables of the process, and restores them. */
async function withVariables(variables: Record<string, string>, test: () => Promise<void>): Promise<void> {
  const before = Object.keys(variables).map((name) => [name, Deno.env.get(name)] as const);
  try {
    for (const [name, value] of Object.entries(variables)) Deno.env.set(name, value);
    await test();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
  }
}

Deno.test("readCommit() takes what the launcher found, and asks git otherwise", async () => {
  for (const found of [{ commit: "abc" }, { commit: "unknown", obstacle: "not a repository: .git\nsee there" }]) {
    await withVariables({ [COMMIT_VARIABLE]: commitVariable(found) }, async () => {
      assert.deepEqual(await readCommit(), found);
    });
  }
  await withVariables({ [COMMIT_VARIABLE]: "" }, async () => {
    assert.match((await readCommit()).commit, /^([0-9a-f]{40}(-dirty\.[0-9a-f]{12})?|unknown)$/);
  });
});

Deno.test("commitNotice() tells why a commit is unknown, and nothing of a known one", async () => {
  await withVariables({ [COMMIT_VARIABLE]: "abc" }, async () => assert.equal(await commitNotice(), undefined));
  await withVariables({ [COMMIT_VARIABLE]: "unknown: git is not installed" }, async () => {
    assert.match((await commitNotice())!, /commit of these results is "unknown".*: git is not installed$/);
  });
});

Deno.test("commitOf() marks a checkout as dirty if a program file is changed or added, whatever the user's settings", () =>
  withProgram(async (directory) => {
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
    };
    await Deno.mkdir(`${directory}/suites`);
    await write("suites/new.ts", "1");
    await isNew();
    await write("suites/new.ts", "2");
    await isNew();
    await Deno.rename(`${directory}/suites/new.ts`, `${directory}/suites/other.ts`);
    await isNew();
    await git(["add", "suites/other.ts"], directory);
    const staged = await commitOf(directory);
    await isNew();
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

Deno.test("commitOf() sees changes that git was told not to look at", () =>
  withProgram(async (root) => {
    const commit = await git(["rev-parse", "HEAD"], root);
    for (const hide of ["assume-unchanged", "skip-worktree"]) {
      await git(["update-index", `--${hide}`, "device/commit.ts"], root);
      assert.equal(await commitOf(root), commit);
      await Deno.writeTextFile(`${root}/device/commit.ts`, "changed");
      assert.match(await commitOf(root), /-dirty\./, hide);
      await git(["update-index", `--no-${hide}`, "device/commit.ts"], root);
      await git(["checkout", "--", "device/commit.ts"], root);
    }
    await git(["update-index", "--skip-worktree", "device/commit.ts"], root);
    await Deno.remove(`${root}/device/commit.ts`);
    assert.equal(await commitOf(root), commit, "as in a sparse checkout");
  }));

Deno.test("findCommit() finds a program in a folder of its repository, and looks at nothing else there", () =>
  withProgram(async (root, repository) => {
    const commit = await git(["rev-parse", "HEAD"], repository);
    await Deno.writeTextFile(`${repository}/other.ts`, "");
    assert.deepEqual(await findCommit(root), { commit });
    await git(["add", "--all"], repository);
    assert.deepEqual(await findCommit(root), { commit });
    await Deno.writeTextFile(`${root}/device/commit.ts`, "changed");
    assert.match((await findCommit(root)).commit, /-dirty\./);
  }, "tools/bench/"));

Deno.test("findCommit() takes no commit of a repository that does not have the program's files", () =>
  withRepository(async (repository) => {
    const root = `${repository}/bench`;
    await copyProgram(root);
    const refused = async (obstacle: RegExp) => {
      const found = await findCommit(root);
      assert.equal(found.commit, "unknown");
      assert.match(found.obstacle!, obstacle);
    };
    await refused(/^the repository ".*" does not have the files of this program$/);
    await Deno.writeTextFile(`${repository}/.gitignore`, "bench\n");
    await refused(/does not have the files/);
    await git(["add", "--force", "bench"], repository);
    await refused(/does not have the files/);
    await Deno.symlink(root, `${repository}/link`);
    assert.equal(await commitOf(`${repository}/link`), "unknown");
    await Deno.remove(`${repository}/.git/refs`, { recursive: true });
    await refused(/^not a git repository/);
  }));

Deno.test("findCommit() asks the repository around the program, whatever git's variables say", () =>
  withProgram((root) =>
    withProgram(async (other) => {
      await runGit([...AUTHOR, "commit", "--quiet", "--allow-empty", "--message", "another"], { cwd: other });
      const commit = await git(["rev-parse", "HEAD"], root);
      assert.notEqual(await commitOf(other), commit);
      const misleading: Record<string, string>[] = [
        { GIT_DIR: `${other}/.git` },
        { GIT_DIR: `${other}/.git`, GIT_WORK_TREE: other },
        { GIT_DIR: `${root}/.git`, GIT_WORK_TREE: other },
        { GIT_COMMON_DIR: `${other}/.git` },
        { GIT_INDEX_FILE: `${other}/.git/index` },
        { GIT_OBJECT_DIRECTORY: `${other}/.git/objects` },
        { GIT_NAMESPACE: "other" },
        { GIT_CEILING_DIRECTORIES: root },
        { GIT_LITERAL_PATHSPECS: "1" },
        { GIT_EXTERNAL_DIFF: "/nonexistent" },
      ];
      await Deno.writeTextFile(`${root}/new.ts`, "");
      const expected = await findCommit(root);
      assert.match(expected.commit, new RegExp(`^${commit}-dirty`));
      for (const variables of misleading) {
        await withVariables(variables, async () => {
          assert.deepEqual(await findCommit(root), expected, JSON.stringify(variables));
        });
      }
      // Settings may come by variables too, such as safe.directory in a container.
      await withVariables({
        GIT_CONFIG_COUNT: "1",
        GIT_CONFIG_KEY_0: "core.worktree",
        GIT_CONFIG_VALUE_0: other,
      }, async () => assert.notEqual(await commitOf(root), await commitOf(other)));
    })
  ));

Deno.test("findCommit() says why git did not answer", async () => {
  await withProgram(async (root) => {
    await Deno.writeTextFile(`${root}/.git/index`, "no index");
    assert.match((await findCommit(root)).obstacle!, /index file/);
    assert.match((await findCommit(`${root}/none`)).obstacle!, /No such cwd/);
    await withVariables({ PATH: "" }, async () => {
      assert.deepEqual(await findCommit(root), { commit: "unknown", obstacle: "git is not installed" });
    });
  });
  await withFolder(async (folder) => {
    assert.match((await findCommit(folder)).obstacle!, /^not a git repository/);
    await runGit(["init", "--quiet"], { cwd: folder });
    assert.match((await findCommit(folder)).obstacle!, /^the repository ".*" has no commit yet$/);
  });
});

Deno.test("findCommit() says with git's own words that the folder is another user's, and what to do", {
  ignore: Deno.build.os === "windows",
}, () =>
  withProgram(async (root) => {
    // Only root may give files away.
    if (!(await new Deno.Command("chown", { args: ["-R", "1234:1234", root] }).output()).success) return;
    const { commit, obstacle } = await findCommit(root);
    assert.equal(commit, "unknown");
    assert.match(obstacle!, /ownership.*git config --global --add safe\.directory/s);
  }));

Deno.test("findCommit() runs neither hooks nor a file monitor", () =>
  withProgram(async (root) => {
    const witness = `${root}/.git/ran`;
    for (const hook of ["fsmonitor", "hooks/post-index-change"]) {
      await Deno.mkdir(`${root}/.git/hooks`, { recursive: true });
      await Deno.writeTextFile(`${root}/.git/${hook}`, `#!/bin/sh\necho ${hook} >>"${witness}"\n`, { mode: 0o755 });
    }
    await runGit(["config", "core.fsmonitor", `${root}/.git/fsmonitor`], { cwd: root });
    await Deno.writeTextFile(`${root}/new.ts`, "");
    assert.match(await commitOf(root), /-dirty\./);
    await assert.rejects(Deno.stat(witness), Deno.errors.NotFound);
  }));

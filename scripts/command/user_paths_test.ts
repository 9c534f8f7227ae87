import assert from "node:assert/strict";
import { quoted } from "../../base/errors.ts";
import { otherFolder, projectPath, taskCommand, typedPath, USER_FOLDER_VARIABLE } from "./user_paths.ts";

function withUserIn(folder: string, test: () => void): void {
  const before = Deno.env.get(USER_FOLDER_VARIABLE);
  try {
    Deno.env.set(USER_FOLDER_VARIABLE, folder);
    test();
  } finally {
    if (before === undefined) Deno.env.delete(USER_FOLDER_VARIABLE);
    else Deno.env.set(USER_FOLDER_VARIABLE, before);
  }
}

Deno.test("typedPath() and projectPath() leave paths as they are for a user in the project's folder", () => {
  for (const folder of [Deno.cwd(), `${Deno.cwd()}/`, "", "not/absolute"]) {
    withUserIn(folder, () => {
      assert.deepEqual([typedPath("a"), typedPath("../a/"), typedPath("/a")], ["a", "../a/", "/a"]);
      assert.equal(projectPath("results/runs"), "results/runs");
    });
  }
});

Deno.test("typedPath() starts where the user stands, and projectPath() in the project", () =>
  withUserIn("/home/user", () => {
    assert.deepEqual([typedPath("a"), typedPath("../a"), typedPath("/a"), typedPath("")], [
      "/home/user/a",
      "/home/a",
      "/a",
      "",
    ]);
    assert.equal(projectPath("results/runs"), `${Deno.cwd()}/results/runs`);
  }));

Deno.test("otherFolder() is undefined for the folder of this process and for no folder", () => {
  assert.deepEqual([undefined, "", "docs", Deno.cwd()].map(otherFolder), Array(4).fill(undefined));
  assert.equal(otherFolder("/home/user"), "/home/user");
});

Deno.test("taskCommand() can be pasted where the user stands", () => {
  const words = ["bench", "--resume", "it's here"] as const;
  const expected = `bench --resume 'it'\\''s here'`;
  withUserIn(Deno.cwd(), () => assert.equal(taskCommand(...words), `deno task ${expected}`));
  withUserIn(`${Deno.cwd()}/docs`, () => assert.equal(taskCommand(...words), `deno task ${expected}`));
  withUserIn("/", () => assert.equal(taskCommand(...words), `deno task --cwd ${quoted(Deno.cwd())} ${expected}`));
});

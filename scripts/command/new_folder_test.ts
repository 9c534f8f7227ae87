import assert from "node:assert/strict";
import { withFolder } from "../../base/testing.ts";
import { makeFolder, newFolder } from "./new_folder.ts";

Deno.test("newFolder() takes the next name if something has the first", () =>
  withFolder(async (folder) => {
    const path = `${folder}/runs/a`;
    assert.equal(newFolder(path), path);
    assert.equal(newFolder(path), `${path}-2`);
    await Deno.symlink("nowhere", `${path}-3`);
    assert.equal(newFolder(path), `${path}-4`);
  }));

Deno.test("newFolder() gives several processes a folder each", () =>
  withFolder(async (folder) => {
    const { href } = new URL("./new_folder.ts", import.meta.url);
    const code = `import { newFolder } from "${href}"; console.log(newFolder("${folder}/a"));`;
    const processes = Array.from({ length: 4 }, () => new Deno.Command("deno", { args: ["eval", code] }).output());
    const names = (await Promise.all(processes)).map(({ stdout }) => new TextDecoder().decode(stdout).trim());
    assert.deepEqual(names.sort(), ["a", "a-2", "a-3", "a-4"].map((name) => `${folder}/${name}`));
  }));

Deno.test("newFolder() and makeFolder() say why a folder can't be made", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    for (const make of [newFolder, makeFolder]) {
      assert.throws(() => make(`${folder}/file/run`), /^UserError: Cannot make ".*file\/run": .*--out\.$/);
    }
  }));

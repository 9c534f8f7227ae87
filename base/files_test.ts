import assert from "node:assert/strict";
import { exists, isThere, MAX_FILE_BYTES, pathIn, readBytes } from "./files.ts";
import { withFolder } from "./testing.ts";

/** Refusals of `folder/name`. */
function assertRefused(folder: string, name: string, why: RegExp): void {
  assert.throws(() => pathIn(folder, name), (error: Error) => {
    assert.equal(error.name, "UserError");
    assert.ok(error.message.includes(`"${folder}/${name}"`), error.message);
    assert.match(error.message, why);
    return true;
  });
}

Deno.test("pathIn() accepts files, folders, links between them and missing names", () =>
  withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/..data`);
    await Deno.writeTextFile(`${folder}/..data/file`, "");
    await Deno.symlink("..data/file", `${folder}/inside`);
    await Deno.symlink(folder, `${folder}/..data/root`);
    for (const name of ["..data", "..data/file", "inside", "nothing"]) {
      assert.equal(pathIn(folder, name), `${folder}/${name}`);
      // A folder that is a link itself is what the user named.
      assert.equal(pathIn(`${folder}/..data/root`, name), `${folder}/..data/root/${name}`);
    }
  }));

Deno.test("pathIn() refuses links out of the folder", () =>
  withFolder(async (outer) => {
    const folder = `${outer}/run`;
    await Deno.mkdir(folder);
    await Deno.writeTextFile(`${outer}/secret`, "secret");
    const targets = ["../secret", `${outer}/secret`, "..", "/etc/passwd", "/dev/zero", "/"];
    for (const [i, target] of targets.entries()) {
      await Deno.symlink(target, `${folder}/${i}`);
      assertRefused(
        folder,
        `${i}`,
        /^Cannot use ".*": it is a link to a place outside its folder\. Copy its folder with "cp -rL"/,
      );
    }
    await Deno.symlink("0", `${folder}/by-another`);
    assertRefused(folder, "by-another", /outside its folder/);
    await Deno.symlink("../not-there", `${folder}/to-nothing`);
    assertRefused(folder, "to-nothing", /^Cannot read/);
    await Deno.symlink("itself", `${folder}/itself`);
    assertRefused(folder, "itself", /^Cannot read/);
    await assert.rejects(readBytes(folder, "0"), { name: "UserError", message: /outside its folder/ });
  }));

Deno.test("pathIn() refuses a pipe, on which a reader would wait for ever", {
  ignore: Deno.build.os === "windows",
}, () =>
  withFolder(async (folder) => {
    assert.ok((await new Deno.Command("mkfifo", { args: [`${folder}/pipe`] }).output()).success);
    assertRefused(folder, "pipe", /neither a file nor a folder/);
  }));

Deno.test("pathIn() refuses a file that is too large for memory", () =>
  withFolder(async (folder) => {
    // Holes: they take no room on the disk.
    await Deno.writeTextFile(`${folder}/file`, "");
    await Deno.truncate(`${folder}/file`, MAX_FILE_BYTES);
    assert.equal(pathIn(folder, "file"), `${folder}/file`);
    await Deno.truncate(`${folder}/file`, MAX_FILE_BYTES + 1);
    assertRefused(folder, "file", /it is larger than the 256 MiB that are read\. Make several/);
  }));

Deno.test("exists() sees a link to nowhere, isThere() does not", () =>
  withFolder(async (folder) => {
    const link = `${folder}/link`;
    await Deno.symlink(`${folder}/nowhere`, link);
    assert.deepEqual([exists(link), await isThere(link)], [true, false]);
    await Deno.writeTextFile(`${folder}/nowhere`, "");
    assert.deepEqual([exists(link), await isThere(link)], [true, true]);
    assert.deepEqual([exists(`${link}/below`), await isThere(`${link}/below`)], [false, false]);
  }));

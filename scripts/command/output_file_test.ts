import assert from "node:assert/strict";
import { withFolder } from "../../base/testing.ts";
import { isStandardOutput, namedFile, writeOutput } from "./output_file.ts";

async function withPipe(test: (path: string) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    assert.ok((await new Deno.Command("mkfifo", { args: [`${folder}/pipe`] }).output()).success);
    await test(`${folder}/pipe`);
  });
}

Deno.test("writeOutput() writes a file, also behind a link, which stays", () =>
  withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/kept`);
    await Deno.symlink("kept/file", `${folder}/link`);
    for (const text of ["first", "second"]) {
      writeOutput(`${folder}/link`, text);
      assert.equal(await Deno.readTextFile(`${folder}/kept/file`), text);
    }
    assert.ok((await Deno.lstat(`${folder}/link`)).isSymlink);
    assert.equal(namedFile(`${folder}/link`), await Deno.realPath(`${folder}/kept/file`));
  }));

Deno.test(
  "writeOutput() writes into a pipe, which stays",
  { ignore: Deno.build.os === "windows" },
  () =>
    withPipe(async (pipe) => {
      const text = "long ".repeat(100_000);
      const reader = new Deno.Command("cat", { args: [pipe] }).output();
      // In a process of its own, since opening a pipe waits for its reader.
      const { href } = new URL("./output_file.ts", import.meta.url);
      const code = `import { writeOutput } from "${href}"; writeOutput("${pipe}", "long ".repeat(100_000));`;
      const { code: status } = await new Deno.Command("deno", { args: ["eval", code] }).output();
      assert.equal(status, 0);
      assert.equal(new TextDecoder().decode((await reader).stdout), text);
      assert.ok((await Deno.lstat(pipe)).isFifo);
      assert.throws(() => namedFile(pipe), /^UserError: Cannot use ".*": it is a pipe or device\. Name a file\.$/);
    }),
);

Deno.test(
  "writeOutput() refuses folders and what can't be written by name",
  { ignore: Deno.build.os === "windows" },
  () =>
    withFolder(async (folder) => {
      assert.throws(
        () => writeOutput(folder, ""),
        /^UserError: Cannot write ".*": it is a folder\. Name a file in it\.$/,
      );
      assert.throws(() => namedFile(folder), /it is a folder\. Name a file\.$/);
      await Deno.writeTextFile(`${folder}/file`, "");
      assert.throws(
        () => writeOutput(`${folder}/file/below`, ""),
        /^UserError: Cannot write ".*": .* name another file\.$/,
      );
      writeOutput("/dev/null", "text");
    }),
);

Deno.test("isStandardOutput() knows its names", () => {
  assert.ok(["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"].every(isStandardOutput));
  assert.ok([undefined, "", "./-", "/dev/stderr"].every((path) => !isStandardOutput(path)));
});

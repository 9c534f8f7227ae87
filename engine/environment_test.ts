import assert from "node:assert/strict";
import { withFolder } from "../base/testing.ts";

const ROOT = new URL("..", import.meta.url).pathname;

async function output(command: string, options: Deno.CommandOptions): Promise<string> {
  const { success, stdout } = await new Deno.Command(command, { ...options, stderr: "inherit" }).output();
  assert.ok(success, command);
  return new TextDecoder().decode(stdout).trim();
}

Deno.test("the commit tells a clean checkout from a changed one, and one change from another", () =>
  withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/engine`);
    for (const name of ["deno.json", "deno.lock", "engine/environment.ts"]) {
      await Deno.copyFile(`${ROOT}/${name}`, `${folder}/${name}`);
    }
    await Deno.writeTextFile(
      `${folder}/tell.ts`,
      `import { readVersions } from "./engine/environment.ts"; console.log((await readVersions()).commit);`,
    );
    const git = (...args: string[]) =>
      output("git", { args: ["-c", "user.name=a", "-c", "user.email=a@b", ...args], cwd: folder });
    const commit = () => output(Deno.execPath(), { args: ["run", "--quiet", "-A", "tell.ts"], cwd: folder });

    await git("init", "--quiet");
    await git("add", ".");
    await git("commit", "--quiet", "--message", "first");
    const clean = await commit();
    assert.equal(clean, await git("rev-parse", "HEAD"));
    const dirty = [];
    for (const change of ["one", "another"]) {
      await Deno.writeTextFile(`${folder}/tell.ts`, `// ${change}\n`, { append: true });
      dirty.push(await commit());
    }
    for (const text of dirty) assert.match(text, new RegExp(`^${clean}-dirty\\.[0-9a-f]{12}$`));
    assert.notEqual(dirty[0], dirty[1]);
    // Files that git does not know, such as a run's own, change no program.
    await git("commit", "--quiet", "--all", "--message", "second");
    await Deno.writeTextFile(`${folder}/trials.csv`, "");
    assert.equal(await commit(), await git("rev-parse", "HEAD"));
  }));

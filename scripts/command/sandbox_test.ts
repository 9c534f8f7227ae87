import assert from "node:assert/strict";
import { withFolder } from "../../base/testing.ts";
import { denoArguments } from "./permissions.ts";

const ROOT = new URL("../..", import.meta.url).pathname;

/**
 * What a suite file could try, since its code runs in the program: expressions, with `F` the folder that contains
 * the run's folder `F/run`, the data `F/data` and a file `F/secret`.
 */
const ATTEMPTS: Readonly<Record<string, string>> = {
  "read a file next to the output": "Deno.readTextFile(F + '/secret')",
  "read it by ..": "Deno.readTextFile(F + '/run/../secret')",
  "read a system file": "Deno.readTextFile('/etc/passwd')",
  "list a folder": "Deno.readDirSync(F)",
  "write next to the output": "Deno.writeTextFile(F + '/new', '')",
  "write by ..": "Deno.writeTextFile(F + '/run/../new', '')",
  "write to the data": "Deno.writeTextFile(F + '/data/new', '')",
  "write to the program": "Deno.writeTextFile('mod.ts', '')",
  "write machine code that a later run would execute": "Deno.writeTextFile('.cache/mesa/entry', '')",
  "move it to where it may write": "Deno.rename('.cache', F + '/run/cache')",
  "write a temporary file": "Deno.makeTempFile()",
  "move the secret": "Deno.rename(F + '/secret', F + '/run/secret')",
  "link to the secret": "Deno.symlink(F + '/secret', F + '/run/link')",
  "link to the secret for good": "Deno.link(F + '/secret', F + '/run/link')",
  "start git": "new Deno.Command('git').output()",
  "start a shell": "new Deno.Command('/bin/sh').output()",
  "load a library": "Deno.dlopen('/lib/x86_64-linux-gnu/libc.so.6', {})",
  "reach another server": "fetch('http://127.0.0.1:9/')",
  "open a socket": "Deno.connect({ port: 9 })",
  "read a variable": "Deno.env.get('HOME')",
  "read all variables": "Deno.env.toObject()",
  "ask for the user": "Deno.uid()",
  "ask for more":
    "Deno.permissions.request({ name: 'run' }).then(({ state }) => { if (state !== 'granted') throw state; })",
  "import a system file": "import('file:' + '///etc/passwd')",
  "import from a server": "import('https:' + '//esm.sh/left-pad')",
  "import another package": "import('npm:' + 'left-pad@1.3.0')",
};

/** What it may do, or the attempts above would prove nothing. */
const ALLOWED: Readonly<Record<string, string>> = {
  "read the data": "Deno.readTextFile(F + '/data/digits')",
  "write the output": "Deno.writeTextFile(F + '/run/trials.csv', '')",
  "read the project": "Deno.readTextFile('mod.ts')",
  "read its variable": "Deno.env.get('LENET_BENCH_DATA')",
};

Deno.test("denoArguments() lets a suite file read, write, start and reach only what the run needs", () =>
  withFolder(async (folder) => {
    for (const name of ["run", "data"]) await Deno.mkdir(`${folder}/${name}`);
    await Deno.writeTextFile(`${folder}/secret`, "secret");
    await Deno.writeTextFile(`${folder}/data/digits`, "digits");
    const attempts = Object.entries({ ...ATTEMPTS, ...ALLOWED }).map(([name, code]) =>
      `${JSON.stringify(name)}: () => ${code}`
    );
    await Deno.writeTextFile(
      `${folder}/suite.ts`,
      `const F = ${JSON.stringify(folder)};
       const done = [];
       for (const [name, attempt] of Object.entries({ ${attempts.join(",\n")} })) {
         try { await attempt(); done.push(name); } catch { /* as it should be */ }
       }
       console.log(JSON.stringify(done));`,
    );
    // As the launcher starts a run, with the hostile file in the program's place.
    const args = denoArguments("bench", { args: ["--out", `${folder}/run`], dataDir: `${folder}/data` })
      .map((argument) => argument === "scripts/bench.ts" ? `${folder}/suite.ts` : argument);
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--config", `${ROOT}deno.json`, ...args.slice(1)],
      cwd: ROOT,
    }).output();
    const text = new TextDecoder();
    assert.notEqual(stdout.length, 0, text.decode(stderr));
    assert.deepEqual(JSON.parse(text.decode(stdout)), Object.keys(ALLOWED));
    assert.equal(await Deno.readTextFile(`${folder}/secret`), "secret");
  }));

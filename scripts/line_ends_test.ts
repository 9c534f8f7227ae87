import assert from "node:assert/strict";
import { runGit } from "../base/git.ts";
import { withFolder } from "../base/testing.ts";

const ROOT = new URL("..", import.meta.url).pathname;

/** Stands in for Deno, so that test.sh runs from its first line to its last without the checks themselves. */
const STAND_IN = '#!/bin/sh\n[ "$1" = --version ] && echo "deno 2.9.6"\nexit 0\n';

Deno.test(".gitattributes keeps the scripts running and the reports matching in a clone that converts line ends", {
  ignore: Deno.build.os === "windows",
}, () =>
  withFolder(async (folder) => {
    const clone = `${folder}/clone`;
    // The committed files, with this checkout's attributes.
    await runGit(["clone", "--quiet", "--no-checkout", ROOT, clone]);
    await Deno.copyFile(`${ROOT}.gitattributes`, `${clone}/.git/info/attributes`);
    for (const [name, value] of [["core.autocrlf", "true"], ["core.eol", "crlf"]] as const) {
      await runGit(["config", name, value], { cwd: clone });
    }
    await runGit(["checkout", "--quiet", "HEAD"], { cwd: clone });
    assert.match(await runGit(["ls-files", "--eol", "README.md"], { cwd: clone }), /^i\/lf\s+w\/lf/);

    const help = await outputOf("sh", ["scripts/bench.sh", "--help"], clone);
    assert.match(help.stdout, /--profile/, help.stderr);
    const reports = await outputOf("deno", ["task", "--quiet", "report:check"], clone);
    assert.equal(reports.code, 0, reports.stderr);

    await Deno.mkdir(`${folder}/bin`);
    await Deno.writeTextFile(`${folder}/bin/deno`, STAND_IN, { mode: 0o755 });
    const path = `${folder}/bin:${Deno.env.get("PATH")}`;
    const tests = await outputOf("sh", ["scripts/test.sh"], clone, { PATH: path });
    assert.match(tests.stdout, /== tests\n== slowest tests\n6 passed, 0 failed\n$/, tests.stderr);
    assert.equal(tests.code, 0);
  }));

async function outputOf(program: string, args: string[], cwd: string, env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args,
    cwd,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

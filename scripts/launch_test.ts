import assert from "node:assert/strict";
import { withFolder } from "../base/testing.ts";
import { readRun } from "../results/folder/store.ts";
import { taskByLauncher } from "./command/testing.ts";

/** A run of many short trials. */
const LONG = ["lenet300", "--profile", "smoke", "--filter", "fc-784-10.modern", "--seeds", "500"];

async function finishedTrials(out: string): Promise<number> {
  const text = await Deno.readTextFile(`${out}/trials.csv`).catch(() => "");
  return text.split("\n").length - 2;
}

Deno.test("launch() exits with its program's status, and passes on what it prints", async () => {
  const text = new TextDecoder();
  const help = await taskByLauncher("bench", "--help").output();
  assert.equal(help.code, 0);
  assert.match(text.decode(help.stdout), /--profile/);
  const wrong = await taskByLauncher("bench", "nothing").output();
  assert.equal(wrong.code, 2);
  assert.match(text.decode(wrong.stderr), /"lenet300".*"nothing"/);
  const comma = await taskByLauncher("report", "a,b").output();
  assert.equal(comma.code, 2);
  assert.match(text.decode(comma.stderr), /^Error: Cannot use "a,b": /);
});

/** How a signal comes: from a scheduler to one process, or from a terminal to the launcher and its program at once. */
const SENDERS: Readonly<Record<string, (launcher: Deno.ChildProcess) => void>> = {
  "SIGINT to the launcher": (launcher) => launcher.kill("SIGINT"),
  "SIGTERM to the launcher": (launcher) => launcher.kill("SIGTERM"),
  "Ctrl-C in a terminal": ({ pid }) => Deno.kill(-pid, "SIGINT"),
};
for (const [name, send] of Object.entries(SENDERS)) {
  Deno.test(`launch() passes ${name} on to a run outside the project's folder as one Ctrl-C`, () =>
    withFolder(async (folder) => {
      const out = `${folder}/run`;
      const launcher = taskByLauncher("bench", ...LONG, "--out", out).spawn();
      while (await finishedTrials(out) < 2) await new Promise((resolve) => setTimeout(resolve, 50));
      send(launcher);
      const { code, stdout } = await launcher.output();
      assert.equal(code, 130);
      assert.match(new TextDecoder().decode(stdout), /Interrupted; in .*: \d+ finished trials/);
      assert.ok(readRun(out).trials.length >= 2);
      assert.match(await Deno.readTextFile(`${out}/report.md`), /^# /);
    }));
}

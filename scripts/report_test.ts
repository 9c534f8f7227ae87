import assert from "node:assert/strict";
import { join } from "node:path";
import { withFolder } from "../base/testing.ts";
import { SMALL, writeSmallFiles } from "../data/testing.ts";
import { writeRun } from "../results/folder/write_run.ts";
import { fakeRun } from "../results/testing.ts";

const SCRIPT = new URL("./report.ts", import.meta.url);
const CONFIGURATION = new URL("../deno.json", import.meta.url);

/** Runs the command line with the permissions of its task. */
async function report(...args: string[]) {
  const permissions = ["--no-prompt", "--allow-read", "--allow-write"];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--config", CONFIGURATION.pathname, ...permissions, SCRIPT.href, ...args],
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

Deno.test("report writes a report, checks it and refuses bad input", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const run = join(directory, "run");
    writeRun(run, fakeRun());
    const out = join(directory, "out");

    const written = await report(run, "--out", out);
    assert.deepEqual([written.code, written.stderr], [0, ""]);
    assert.match(await Deno.readTextFile(join(out, "report.md")), /^# A suite of invented numbers\n/);

    assert.equal((await report(directory, "--out", out, "--check")).code, 0, "a folder of run folders will do");

    await Deno.writeTextFile(join(out, "report.md"), "By hand.\n", { append: true });
    const changed = await report(run, "--out", out, "--check");
    assert.equal(changed.code, 1);
    assert.match(changed.stderr, /^Error: The report in ".*" does not match its CSV files: see "report.md"\./);

    const several = await report(run, run);
    assert.equal(several.code, 1);
    assert.match(several.stderr, /Name a folder with --out/);

    const missing = await report(join(directory, "nowhere"));
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /^Error: Cannot read run ".*nowhere"/);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("report --digits also shows the digits that a network got wrong", () =>
  withFolder(async (directory) => {
    await writeSmallFiles(`${directory}/data`);
    const data = { dataset: `idx:${SMALL.sha256.slice(0, 12)}`, dataset_sha256: SMALL.sha256 };
    const invented = fakeRun({ arms: [{ testErrors: [2] }], environment: data, trial: { ...data, test_images: 10 } });
    const errors = invented.errors.map((row, i) => ({ ...row, test_index: i, true_label: SMALL.test.labels[i]! }));
    writeRun(`${directory}/run`, { ...invented, errors });

    const written = await report(`${directory}/run`, "--digits", `${directory}/data`);
    assert.deepEqual([written.code, written.stderr], [0, ""]);
    assert.match(written.stdout, /report\.md, .*misclassified\.md, misclassified_1\.svg to /);
    assert.match(await Deno.readTextFile(`${directory}/run/misclassified.md`), /2 errors in 10 images/);
  }));

Deno.test("report --help explains its options", async () => {
  const { code, stdout } = await report("--help");
  assert.equal(code, 0);
  assert.match(stdout, /Usage: deno task report/);
  assert.match(stdout, /deno task report results\//);
});

import assert from "node:assert/strict";
import { writeRun } from "../results/folder/write_run.ts";
import { TABLES } from "../results/rows/list.ts";
import { createTable } from "../results/rows/table.ts";
import { type FakeRun, fakeRun, fakeTiming } from "../results/testing.ts";
import { denoArguments } from "./command/permissions.ts";
import { runTask, withProjectFolder } from "./command/testing.ts";

const compare = (...args: string[]) => runTask("compare", ...args);

/** One run per side: head with the given errors, base with 1% in three seeds. */
function writeSides(folder: string, head: readonly (number | null)[]): [base: string, head: string] {
  return [
    written(`${folder}/base`, { arms: [{ testErrors: [90, 100, 110] }] }),
    written(`${folder}/head`, { arms: [{ testErrors: head }] }),
  ];
}

function written(folder: string, run?: FakeRun): string {
  writeRun(folder, fakeRun(run));
  return folder;
}

Deno.test("compare exits with 1 for a regression, and writes the page, the record and an annotation", () =>
  withProjectFolder(async (folder) => {
    const sides = writeSides(folder, [290, 310, 300]);
    const files = ["--markdown", `${folder}/compare.md`, "--json", `${folder}/compare.json`];
    const { code, stdout, stderr } = await compare(...sides, ...files, "--annotations");
    assert.equal(code, 1, stderr);
    const page = await Deno.readTextFile(`${folder}/compare.md`);
    assert.match(page, /\*\*Regressed: test error of fake\/small-modern\./);
    assert.ok(stdout.includes(page));
    assert.match(stdout, /^::error title=fake\/small-modern%3A test error regressed::1\.00%25 to 3\.00%25/m);
    const record = JSON.parse(await Deno.readTextFile(`${folder}/compare.json`));
    assert.equal(record.schema, 1);
    assert.deepEqual(
      record.judged.filter((row: { judgement: string }) => row.judgement === "regressed")
        .map((row: { metric: string }) => row.metric),
      ["test error"],
    );
  }));

Deno.test("compare exits with 0 if nothing regressed, and with 3 under --strict if something can't be decided", () =>
  withProjectFolder(async (folder) => {
    const sides = writeSides(folder, [95, 120, 100]);
    const { code, stdout } = await compare(...sides);
    assert.equal(code, 0);
    assert.match(stdout, /cannot tell/);
    assert.equal((await compare(...sides, "--strict")).code, 3);
    assert.equal((await compare(sides[0], sides[0], "--strict", "--times", "apart")).code, 0);
  }));

Deno.test("compare --complete exits with 3 if head lacks what base has, and warns of it; without, the page says so", () =>
  withProjectFolder(async (folder) => {
    const sides = writeSides(folder, [90, 100]);
    const { code, stdout } = await compare(...sides, "--complete", "--annotations");
    assert.equal(code, 3);
    assert.match(stdout, /^\*\*No regression shown, but head lacks 1 of 3 trials of "fake"\.\*\*/m);
    assert.match(stdout, /^::warning title=Evidence is missing::head lacks 1 of 3 trials of "fake"$/m);
    assert.equal((await compare(...sides)).code, 0);
    assert.equal((await compare(sides[0], sides[0], "--complete")).code, 0);
  }));

Deno.test("compare --times none judges errors and memory alone", () =>
  withProjectFolder(async (folder) => {
    const sides = writeSides(folder, [90, 100, 110]);
    const { code, stdout } = await compare(...sides, "--times", "none", "--strict");
    assert.equal(code, 0);
    assert.doesNotMatch(stdout, /epoch time/);
    assert.match((await compare(...sides)).stdout, /epoch time .* cannot tell .* not measured alternately/);
  }));

Deno.test("compare --error-threshold decides what counts", () =>
  withProjectFolder(async (folder) => {
    const sides = writeSides(folder, [290, 310, 300]);
    assert.equal((await compare(...sides, "--error-threshold", "5")).code, 0);
  }));

Deno.test("compare exits with 2 and one sentence for unusable input", () =>
  withProjectFolder(async (folder) => {
    const [base, head] = writeSides(folder, [90]);
    const timings = `${folder}/timings`;
    createTable(TABLES.timings, timings).append(fakeTiming({ rounds: [1] }));
    const other = written(`${folder}/other`, { environment: { dataset_sha256: "cd".repeat(32) } });
    const damaged = written(`${folder}/damaged`);
    await Deno.writeTextFile(`${damaged}/trials.csv`, "not,a,table\n");
    for (
      const [args, message] of [
        [[base, other], /Nothing can be compared: fake: not comparable, dataset_sha256 differs/],
        [[timings, timings, "--times", "none"], /Nothing can be compared/],
        [[base, `${folder}/nowhere`], /Cannot read run ".*nowhere"/],
        [[base, damaged], /Cannot read ".*trials\.csv"/],
        [[base, head, "--threshold", "none"], /threshold/],
      ] as const
    ) {
      const { code, stderr } = await compare(...args);
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
    }
  }));

Deno.test("compare finds no regression between the committed reference runs and themselves", async () => {
  const reference = "results/reference";
  const { code, stdout } = await compare(reference, reference);
  assert.equal(code, 0);
  assert.match(stdout, /No regression shown/);
});

Deno.test("compare --json - and --markdown - leave nothing but that on standard output", () =>
  withProjectFolder(async (folder) => {
    const sides = writeSides(folder, [290, 310, 300]);
    for (const name of ["-", "/dev/stdout"]) {
      const { code, stdout, stderr } = await compare(...sides, "--json", name, "--annotations");
      assert.equal(code, 1, stderr);
      assert.equal(JSON.parse(stdout).schema, 1);
      assert.match(stderr, /^::error title=/);
    }
    const { stdout } = await compare(...sides, "--markdown", "-", "--json", `${folder}/j`);
    assert.equal(stdout.match(/\*\*Regressed: /g)?.length, 1);
    const both = await compare(...sides, "--markdown", "-", "--json", "-");
    assert.equal(both.code, 2);
    assert.match(both.stderr, /^Error: Cannot write both --markdown and --json to standard output/);
    assert.deepEqual([...Deno.readDirSync(".")].filter(({ name }) => name.startsWith("-")), []);
  }));

Deno.test(
  "compare refuses a folder or a device as a file, and - as a folder",
  { ignore: Deno.build.os !== "linux" },
  () =>
    withProjectFolder(async (folder) => {
      const sides = writeSides(folder, [90]);
      for (
        const [args, message] of [
          [[...sides, "--json", folder], /^Error: Cannot write ".*": it is a folder\. Name a file in it\.$/m],
          [
            [...sides, "--json", "/dev/full"],
            /^Error: Cannot write "\/dev\/full": Deno lets no program open it\. .*"-"/m,
          ],
          [[sides[0], "-"], /"-" is standard output\. A file or folder of that name is "\.\/-"/],
        ] as const
      ) {
        const { code, stderr } = await compare(...args);
        assert.equal(code, 2);
        assert.match(stderr, message);
      }
    }),
);

Deno.test(
  "compare and its help say in one sentence that standard output has no room",
  { ignore: Deno.build.os !== "linux" },
  () =>
    withProjectFolder(async (folder) => {
      const [base] = writeSides(folder, [90]);
      const lines = [
        denoArguments("compare", { args: [base, base] }),
        // Every task prints its help in the same way.
        denoArguments("compare", { args: ["--help"] }),
      ];
      for (const args of lines) {
        const command = `"$0" "$@" >/dev/full`;
        const { code, stderr } = await new Deno.Command("sh", { args: ["-c", command, Deno.execPath(), ...args] })
          .output();
        assert.equal(code, 2);
        assert.match(
          new TextDecoder().decode(stderr),
          /^Error: Cannot write to standard output: No space left on device \(os error 28\)\. Make room, or send it elsewhere\.\n$/,
        );
      }
    }),
);

import assert from "node:assert/strict";
import { readRun } from "../../results/folder/store.ts";
import { runTask, withProjectFolder } from "../command/testing.ts";

const ROOT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

const PAGE = await Deno.readTextFile(`${ROOT}/docs/large_runs.md`);

/**
 * Stand-in for `deno`: runs the tasks of the recipes in this project's folder, with a smaller profile and suite, drawn
 * digits and the cpu backend, and with the runs' folders inside the test's.
 */
const DENO = `#!/bin/sh
runs=$INIT_CWD
cd "${ROOT}"
[ "$1" = task ] || exec "${Deno.execPath()}" "$@"
shift
[ "$1" != --quiet ] || shift
for word; do
  shift
  case $word in
    paper) set -- "$@" smoke --filter fc-784-10 ;;
    mnist) set -- "$@" synthetic --backend cpu ;;
    results/*) set -- "$@" "$runs/$word" ;;
    *) set -- "$@" "$word" ;;
  esac
done
exec "${Deno.execPath()}" task --quiet "$@"
`;

/** Stand-in for `sbatch`: runs the job at once, one task of an array after the other, and prints a job's number. */
const SBATCH = `#!/bin/sh
for word; do
  case $word in
    --wrap=*) sh -c "\${word#--wrap=}" >&2 ;;
    -*) ;;
    *)
      last=$(sed -n 's/^#SBATCH --array=1-//p' "$word")
      for task in $(seq "$last"); do
        SLURM_ARRAY_TASK_ID=$task SLURM_ARRAY_TASK_COUNT=$last sh -e "$word" >&2
      done ;;
  esac
done
echo 4711
`;

/** Stand-in for commands that change the machine. */
const NOTHING = "#!/bin/sh\n";

/** Fenced blocks of the section under `heading`. */
function blocks(heading: string): string[] {
  const section = PAGE.split(/^## /m).find((section) => section.startsWith(`${heading}\n`));
  assert.ok(section, heading);
  return [...section.matchAll(/^```\w+\n(.*?)^```$/gms)].map(([, block]) => block!);
}

/** Runs `test` with a shell in a folder of its own that finds the stand-ins first; a command that fails throws. */
async function withShell(
  test: (sh: (script: string, env?: Record<string, string>) => Promise<void>, folder: string) => Promise<void>,
): Promise<void> {
  await withProjectFolder(async (folder) => {
    await Deno.mkdir(`${folder}/bin`);
    for (const [name, text] of Object.entries({ deno: DENO, sbatch: SBATCH, sudo: NOTHING, npm: NOTHING })) {
      await Deno.writeTextFile(`${folder}/bin/${name}`, text, { mode: 0o755 });
    }
    await Deno.symlink(`${ROOT}/scripts`, `${folder}/scripts`);
    const path = `${folder}/bin:${Deno.env.get("PATH")}`;
    await test(async (script, env = {}) => {
      const command = new Deno.Command("sh", {
        args: ["-e", "-c", script],
        cwd: folder,
        env: { ...env, PATH: path, INIT_CWD: folder, LENET_BENCH_DATA: "", NO_COLOR: "1" },
        stdout: "piped",
        stderr: "piped",
      });
      const { success, stderr } = await command.output();
      assert.ok(success, `${script}\n${new TextDecoder().decode(stderr)}`);
    }, folder);
  });
}

/** That the recipe has left the merged run of both trials, and its report. */
async function assertMerged(folder: string): Promise<void> {
  const { environment, trials } = readRun(`${folder}/results/runs/lenet300-paper`);
  assert.deepEqual(trials.map(({ trial, status }) => [trial, status]), [
    ["lenet300/fc-784-10.lecun1998-minibatch/1", "done"],
    ["lenet300/fc-784-10.modern/1", "done"],
  ]);
  assert.ok(!environment.command.includes("--shard"));
  assert.match(await Deno.readTextFile(`${folder}/results/runs/lenet300-paper/report.md`), /^# /);
}

/** Folders of shards that ran, in the order of their numbers. */
function shardFolders(folder: string): string[] {
  return [...Deno.readDirSync(`${folder}/results/runs/paper`)].map(({ name }) => name).sort();
}

Deno.test("docs/large_runs.md has a working recipe for one machine after the other", () =>
  withShell(async (sh, folder) => {
    const [recipe] = blocks("One machine after the other");
    await sh(recipe!);
    assert.deepEqual(shardFolders(folder), ["1", "2", "3"]);
    await assertMerged(folder);
  }));

Deno.test("docs/large_runs.md has a working recipe for GitHub Actions", () =>
  withShell(async (sh, folder) => {
    const [workflow] = blocks("GitHub Actions");
    const [shard, merge] = workflow!.split(/^ {2}merge:$/m).map((job) =>
      [...job.matchAll(/^ *- run: (.*)$/gm)].map(([, command]) => command!)
    ) as [string[], string[]];
    for (const number of workflow!.match(/shard: \[(.*)\]/)![1]!.split(", ")) {
      for (const command of shard) await sh(command.replaceAll("${{ matrix.shard }}", number));
    }
    assert.deepEqual(shardFolders(folder), ["1", "2", "3", "4"]);
    for (const command of merge) await sh(command);
    await assertMerged(folder);
  }));

Deno.test("docs/large_runs.md has a working recipe for Slurm", () =>
  withShell(async (sh, folder) => {
    const [script, submission] = blocks("Slurm");
    await Deno.writeTextFile(`${folder}/shard.sh`, script!);
    await sh(submission!);
    assert.deepEqual(shardFolders(folder), ["1", "2", "3", "4"]);
    await assertMerged(folder);
  }));

Deno.test("docs/large_runs.md has a working recipe for Kubernetes", () =>
  withShell(async (sh, folder) => {
    const [job, merge] = blocks("Kubernetes");
    const script = job!.match(/^ {12}- \|\n((?: {14}.*\n)+)/m)![1]!;
    for (let index = 0; index < Number(job!.match(/completions: (\d+)/)![1]); index++) {
      await sh(script, { JOB_COMPLETION_INDEX: `${index}` });
    }
    assert.deepEqual(shardFolders(folder), ["1", "2", "3", "4"]);
    await sh(merge!);
    await assertMerged(folder);
  }));

const NAMED = [...PAGE.matchAll(/deno task ([a-z]+)([^`\n]*)/g)].map(([, task, words]) => ({
  task: task!,
  words: words!,
}));

/** The help of each task that the page names. */
const HELP = new Map<string, string>();
for (const task of new Set(NAMED.map(({ task }) => task))) {
  const { code, stdout } = await runTask(task as Parameters<typeof runTask>[0], "--help");
  assert.equal(code, 0, `deno task ${task} --help`);
  HELP.set(task, stdout);
}

Deno.test({
  name: "docs/large_runs.md names only tasks and options that exist",
  fn: () => {
    assert.ok(NAMED.length > 10);
    for (const { task, words } of NAMED) {
      for (const [option] of words.matchAll(/--[a-z-]+/g)) {
        assert.ok(HELP.get(task)!.includes(option), `deno task ${task} ${option}`);
      }
    }
  },
});

Deno.test({
  name: "docs/large_runs.md has a shard script that resumes when it runs again",
  fn: () =>
    withShell(async (sh, folder) => {
      const [script] = blocks("Slurm");
      const shard = { SLURM_ARRAY_TASK_ID: "1", SLURM_ARRAY_TASK_COUNT: "1" };
      await sh(script!, shard);
      const trials = `${folder}/results/runs/paper/1/trials.csv`;
      const [header, first] = (await Deno.readTextFile(trials)).split("\n");
      await Deno.writeTextFile(trials, `${header}\n${first}\n`);
      await sh(script!, shard);
      assert.equal(readRun(`${folder}/results/runs/paper/1`).trials.length, 2);
    }),
});

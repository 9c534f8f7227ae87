import assert from "node:assert/strict";
import { withFolder } from "../../base/testing.ts";
import { readCifar10Directory } from "../../data/files/cifar10.ts";
import { MNIST_FILES, readIdxDirectory } from "../../data/files/mnist.ts";
import { readUspsDirectory } from "../../data/files/usps.ts";
import { readPublished } from "../../data/published.ts";
import { writeSmallFiles } from "../../data/testing.ts";
import { differences, writeReport } from "../../reports/page/report_files.ts";
import { renderReport } from "../../reports/suite/report.ts";
import { createRun, readRun } from "../../results/folder/store.ts";
import { TABLES } from "../../results/rows/list.ts";
import { createTable, readTable } from "../../results/rows/table.ts";
import { fakeGpuTiming, fakeRun, fakeTiming } from "../../results/testing.ts";
import { runTask } from "./testing.ts";

const OUTSIDE = /^Cannot use ".*": it is a link to a place outside its folder\./;

/** Moves a file or folder to `outer/moved` and leaves a link in its place: as readable, but outside the folder. */
async function moveOut(outer: string, path: string): Promise<void> {
  await Deno.rename(path, `${outer}/moved`);
  await Deno.symlink(`${outer}/moved`, path);
}

async function putBack(outer: string, path: string): Promise<void> {
  await Deno.remove(path);
  await Deno.rename(`${outer}/moved`, path);
}

/** Asserts that `read` takes the folder as it is, and with no one of these files a link. */
async function assertReadsNoLink(
  outer: string,
  { paths, read }: { readonly paths: readonly string[]; readonly read: () => unknown },
): Promise<void> {
  await read();
  for (const path of paths) {
    await moveOut(outer, path);
    await assert.rejects(async () => await read(), { name: "UserError", message: OUTSIDE }, path);
    await putBack(outer, path);
  }
  await read();
}

/** A run's folder as `deno task bench` leaves it. */
function writeRun(directory: string, run = fakeRun({ arms: [{ testErrors: [3] }] })): void {
  const store = createRun(directory, run);
  for (const trial of run.trials) store.append({ ...run, trial });
}

Deno.test("readRun() and readTable() read no file by a link out of the run's folder", () =>
  withFolder(async (outer) => {
    const run = `${outer}/run`;
    writeRun(run);
    const files = [...Deno.readDirSync(run)].map(({ name }) => `${run}/${name}`);
    assert.equal(files.length, 8);
    await assertReadsNoLink(outer, { paths: files, read: () => readRun(run) });

    createTable(TABLES.timings, run).append(fakeTiming({ rounds: [1, 2] }));
    await assertReadsNoLink(outer, {
      paths: [`${run}/${TABLES.timings.file}`],
      read: () => readTable(TABLES.timings, run),
    });
    createTable(TABLES.gpuTimings, run).append(fakeGpuTiming({ rounds: [1, 2] }));
    await assertReadsNoLink(outer, {
      paths: [`${run}/${TABLES.gpuTimings.file}`],
      read: () => readTable(TABLES.gpuTimings, run),
    });
  }));

Deno.test("readIdxDirectory(), readUspsDirectory() and readCifar10Directory() read no file by a link out of the data's folder", () =>
  withFolder(async (outer) => {
    const data = `${outer}/data`;
    await writeSmallFiles(`${data}/mnist`);
    const digits = [`${data}/mnist`, ...MNIST_FILES.map(({ name }) => `${data}/mnist/${name}`)];
    await assertReadsNoLink(outer, { paths: digits, read: () => readIdxDirectory(data, { mnistOnly: false }) });

    await Deno.mkdir(`${data}/usps`);
    const zipCodes = ["usps", "usps.t"].map((name) => `${data}/usps/${name}`);
    for (const path of zipCodes) await Deno.writeTextFile(path, "1 1:1\n");
    await assertReadsNoLink(outer, { paths: zipCodes, read: () => readUspsDirectory(data) });

    await Deno.mkdir(`${data}/cifar10-10k`);
    const photographs = ["train10k.bin", "test10k.bin"].map((name) => `${data}/cifar10-10k/${name}`);
    for (const path of photographs) await Deno.writeFile(path, new Uint8Array(3073));
    const paths = [`${data}/cifar10-10k`, ...photographs];
    await assertReadsNoLink(outer, { paths, read: () => readCifar10Directory(data) });
  }));

Deno.test("createRun(), createTable() and writeReport() replace links in a folder from elsewhere, and never follow them", () =>
  withFolder(async (outer) => {
    const [run, mine] = [`${outer}/run`, `${outer}/mine`];
    const files = await renderReport([fakeRun()], readPublished());
    const written = ["environment.json", "trials.csv", "timings.csv", ...files.keys()];
    await Deno.mkdir(run);
    await Deno.writeTextFile(mine, "mine");
    for (const name of written) await Deno.symlink(mine, `${run}/${name}.partial`);
    for (const name of files.keys()) await Deno.symlink(mine, `${run}/${name}`);

    writeRun(run);
    createTable(TABLES.timings, run).append(fakeTiming({ rounds: [1] }));
    assert.throws(() => differences(files, run), { name: "UserError", message: OUTSIDE });
    writeReport(files, run);
    assert.deepEqual(differences(files, run), []);
    assert.equal(await Deno.readTextFile(mine), "mine");
    for (const { name, isFile } of Deno.readDirSync(run)) assert.ok(isFile || name.endsWith(".svg.partial"), name);

    // A run does not start over an existing file, even a link to nowhere.
    await Deno.symlink(`${outer}/new`, `${outer}/trials.csv`);
    assert.throws(() => writeRun(outer), { name: "UserError", message: /already holds "trials\.csv"/ });
    assert.deepEqual([...Deno.readDirSync(outer)].map(({ name }) => name).sort(), ["mine", "run", "trials.csv"]);
  }));

Deno.test("report reads and writes no file that a name in a row points to", () =>
  withFolder(async (outer) => {
    const paths = [
      "../escaped",
      "/etc/passwd",
      `${outer}/escaped`,
      "..",
      "a/../../escaped",
      "C:\\escaped",
      "~/escaped",
      "\0",
    ];
    for (const [i, path] of paths.entries()) {
      const run = fakeRun({
        arms: [
          { variant: { variant: path, title: path, model: path, recipe: path }, testErrors: [3, 4] },
          { variant: { variant: "b", title: "B", baseline: path }, testErrors: [5, 6] },
        ],
        environment: { suite: path, dataset: path, kernels: path, commit: path, program: path },
        trial: { dataset: path, kernels: path },
      });
      writeRun(`${outer}/${i}`, { ...run, epochs: [], errors: [], sweeps: [], gradients: [] });
      const { code, stderr } = await runTask("report", `${outer}/${i}`);
      assert.deepEqual([code, stderr], [0, ""], path);
    }
    const known = /^(environment\.json|report\.md|[a-z_]+\.(csv|svg))$/;
    for (const { name } of Deno.readDirSync(outer)) {
      assert.match(name, /^\d$/);
      for (const { name: file, isFile } of Deno.readDirSync(`${outer}/${name}`)) {
        assert.ok(isFile && known.test(file), file);
      }
    }
  }));

Deno.test("report refuses a published result that is not in the table, whatever a run calls it", () =>
  withFolder(async (outer) => {
    const published = "../../../etc/passwd";
    writeRun(`${outer}/run`, fakeRun({ arms: [{ variant: { published }, testErrors: [3] }] }));
    const { code, stderr } = await runTask("report", `${outer}/run`);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^Error: Variant .* names the published result "[./a-z]+", which data\/published\.csv does not/,
    );
  }));

Deno.test("bench refuses a link in the place of a suite's folder", () =>
  withFolder(async (outer) => {
    await Deno.mkdir(`${outer}/mine`);
    await Deno.mkdir(`${outer}/out`);
    await Deno.symlink(`${outer}/mine`, `${outer}/out/lenet300`);
    for (const option of ["--out", "--resume"]) {
      const { code, stderr } = await runTask("bench", "--profile", "smoke", option, `${outer}/out`);
      assert.equal(code, 1);
      assert.match(stderr, /Error: Cannot use ".*lenet300": it is a link to a place outside its folder\./);
    }
    assert.deepEqual([...Deno.readDirSync(`${outer}/mine`)], []);
  }));

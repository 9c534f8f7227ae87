import assert from "node:assert/strict";
import { withFolder } from "../../base/testing.ts";
import { MNIST_MIRRORS } from "../../data/files/download.ts";
import { denoArguments, type Invocation, TASKS } from "./permissions.ts";
import { USER_FOLDER_VARIABLE } from "./user_paths.ts";

/** The permissions of an invocation, without what all tasks have alike. */
function rights(task: string, args: readonly string[], where: Omit<Invocation, "args"> = {}): Record<string, string> {
  const flags = denoArguments(task, { args, ...where }).filter((argument) => argument.startsWith("--allow-"));
  const all = Object.fromEntries(flags.map((flag) => flag.slice("--allow-".length).split("=") as [string, string]));
  const [folder, ...env] = all.env!.split(",");
  assert.equal(folder, USER_FOLDER_VARIABLE);
  delete all.env;
  return { ...all, ...(env.length > 0 && { env: env.join() }) };
}

Deno.test("denoArguments() lets bench write its output and the cache, and read the project and the data", () => {
  assert.deepEqual(rights("bench", ["lenet300", "--seeds", "2"]), {
    read: ".,.cache/data,results/runs",
    write: ".cache/data,results/runs",
    sys: "cpus,hostname",
    env: "LENET_BENCH_COMMIT,LENET_BENCH_DATA,NO_COLOR,DENO_WEBGPU_BACKEND,VK_DRIVER_FILES,VK_ICD_FILENAMES," +
      "VK_LOADER_DRIVERS_SELECT,VK_LOADER_DRIVERS_DISABLE,MESA_VK_DEVICE_SELECT,MESA_SHADER_CACHE_DISABLE",
    net: "ossci-datasets.s3.amazonaws.com,storage.googleapis.com",
  });
  assert.equal(rights("bench", ["--out", "/a/run"]).write, ".cache/data,/a/run");
  for (const form of [["-o", "/a/run"], ["--out=/a/run"], ["lenet300", "-p", "smoke", "--out", "/a/run"]]) {
    assert.equal(rights("bench", form).write, ".cache/data,/a/run", form.join(" "));
  }
  // What the program refuses, or takes for an argument.
  for (const form of [["-o=/a/run"], ["--", "--out", "/a/run"]]) {
    assert.equal(rights("bench", form).write, ".cache/data,results/runs", form.join(" "));
  }
  assert.equal(rights("bench", ["--data-dir", "/data"]).read, ".,/data,.cache/data,results/runs");
  assert.equal(rights("bench", [], { dataDir: "/env data" }).read, ".,.cache/data,results/runs,/env data");
});

Deno.test("denoArguments() lets report write to --out, or else into the folder that it reads", () => {
  assert.deepEqual(rights("report", ["a", "b", "--out", "c"]), { read: ".,a,b,c", write: "c" });
  assert.deepEqual(rights("report", ["a", "--digits", "d", "--out", "c"]), { read: ".,a,d,c", write: "c" });
  assert.deepEqual(rights("report", ["/runs/a"]), { read: ".,/runs/a", write: "/runs/a" });
  assert.deepEqual(rights("report", ["--out=c", "./-a"]), { read: ".,./-a,c", write: "c" });
  assert.deepEqual(rights("report", ["--out", "c", "--", "-a", "--out", "--check"]), {
    read: ".,-a,--out,--check,c",
    write: "c",
  });
});

Deno.test("denoArguments() lets report --check write nothing", () => {
  assert.deepEqual(rights("report", ["a", "--check"]), { read: ".,a" });
  assert.deepEqual(rights("report", ["--check", "a", "b", "-o", "c"]), { read: ".,a,b,c" });
  assert.equal(rights("report", ["a", "--out", "--check"]).write, "--check", "the name of a folder");
});

Deno.test("denoArguments() lets only history add write the history", () => {
  const [file, reports] = ["results/history.jsonl", "results/runs/history"];
  assert.deepEqual(rights("history", ["add", "run"]), {
    read: `.,add,run,${file},${file}.partial`,
    write: `${file},${file}.partial`,
    run: "git",
  });
  assert.equal(rights("history", ["add", "run", "--file", "/h"]).write, "/h,/h.partial");
  assert.deepEqual(rights("history", ["report", "-f", "/h"]), { read: `.,report,/h,${reports}`, write: reports });
  assert.deepEqual(rights("history", ["export", "add", "--out", "/e"]), {
    read: ".,export,add,/e",
    write: "/e",
    run: "git",
  });
  assert.deepEqual(rights("history", ["--file", "/h"]), { read: ".,/h" }, "a command that there is none of");
});

Deno.test("denoArguments() lets doctor write nothing and reach no server", () => {
  const { write, net, run } = rights("doctor", ["--json", "--data-dir", "/data"], { dataDir: "/other" });
  assert.deepEqual([write, net, run], [undefined, undefined, undefined]);
});

Deno.test("denoArguments() lets only comparisons, calibrations and the history start programs", () => {
  const expected: Record<string, string> = {
    "bench:peers": "deno,python3,/usr/bin/python3",
    calibrate: "git,deno,taskset",
  };
  for (const task of Object.keys(TASKS)) {
    const { run, net } = rights(task, []);
    assert.equal(run, expected[task], task);
    if (run) assert.equal(net, undefined, "what may start programs reaches no server");
  }
  assert.equal(rights("history", ["add", "run"]).run, "git");
  assert.equal(rights("bench", ["lenet300", "--against", "main"]).run, "git,deno,taskset");
});

Deno.test("denoArguments() permits .partial files of what is replaced as a whole", () => {
  assert.deepEqual(rights("merge", ["a", "b", "--out", "/c/"]), {
    read: ".,a,b,/c/,/c.partial",
    write: "/c/,/c.partial",
  });
  assert.equal(rights("compare", ["a", "b", "--json", "/j", "--markdown=m"]).write, "/j,/j.partial,m,m.partial");
  assert.equal(rights("compare", ["a", "b"]).write, undefined);
  assert.equal(rights("bench", ["--resume", "/run"]).write, ".cache/data,/run");
});

Deno.test("denoArguments() permits the mirrors and no other server", () => {
  assert.deepEqual(rights("bench", []).net?.split(","), MNIST_MIRRORS.map((mirror) => new URL(mirror).host));
});

Deno.test("denoArguments() refuses a path with a comma, which Deno would take for two", () => {
  for (const args of [["--out", "a,/"], ["--data-dir=a,b"]]) {
    assert.throws(() => denoArguments("bench", { args }), {
      name: "UserError",
      message: /^Cannot use "a,.*": Deno cuts a permitted path off at a comma\. Name a path without one\.$/,
    });
  }
  assert.throws(() => denoArguments("bench", { args: [], dataDir: "/data,/" }), { name: "UserError" });
});

Deno.test("denoArguments() permits a path through a comma above the project, from the project", () => {
  const root = "/a,b/project";
  const folder = "/a,b/project/docs";
  assert.equal(rights("bench", ["--out", "/a,b/project/runs/x"], { root }).write, ".cache/data,runs/x");
  assert.equal(rights("compare", ["run", "/a,b/project"], { root, folder }).read, ".,docs/run");
  assert.throws(() => denoArguments("bench", { args: ["--out", "/a,b/runs"], root: "/project" }), {
    name: "UserError",
  });
});

Deno.test("denoArguments() takes relative paths from where the user stands, and the project's own from the project", () => {
  const folder = "/home/user";
  assert.deepEqual(rights("report", ["a", "../b", "/c", "--out=d"], { folder }), {
    read: ".,/home/user/a,/home/b,/c,/home/user/d",
    write: "/home/user/d",
  });
  assert.equal(rights("bench", [], { folder, dataDir: "digits" }).read, ".,.cache/data,results/runs,/home/user/digits");
  assert.equal(rights("compare", ["a", "b", "--json", "-"], { folder }).write, undefined, "standard output");
  assert.equal(rights("compare", ["a", "b", "--json", "j"], { folder }).write, "/home/user/j,/home/user/j.partial");
});

Deno.test("denoArguments() permits where the links lead that the user named, or that the project's folders are", () =>
  withFolder(async (temporary) => {
    const outer = await Deno.realPath(temporary);
    await Deno.mkdir(`${outer}/scratch/runs`, { recursive: true });
    await Deno.symlink(`${outer}/scratch`, `${outer}/linked`);
    const [link, real] = [`${outer}/linked`, `${outer}/scratch`];
    const both = (...names: string[]) =>
      [...names.map((name) => link + name), ...names.map((name) => real + name)].join();
    for (const option of ["--out", "--resume"]) {
      assert.equal(rights("bench", [option, `${link}/new`]).write, `.cache/data,${both("/new")}`, option);
    }
    assert.equal(rights("merge", ["a", "--out", `${link}/new`]).write, both("/new", "/new.partial"));
    assert.equal(rights("report", [link]).write, both(""));

    await Deno.symlink("scratch/kept.jsonl", `${outer}/history`);
    const file = (path: string) => [path, `${path}.partial`].join();
    assert.equal(
      rights("history", ["add", "run", "--file", `${outer}/history`]).write,
      `${file(`${outer}/history`)},${file(`${real}/kept.jsonl`)}`,
    );

    const root = `${outer}/project`;
    await Deno.mkdir(`${root}/results`, { recursive: true });
    await Deno.symlink(`${outer}/scratch/runs`, `${root}/results/runs`);
    await Deno.symlink("../scratch", `${root}/.cache`);
    await Deno.symlink("../../scratch/kept.jsonl", `${root}/results/history.jsonl`);
    assert.equal(
      rights("bench", ["lenet300", "--against", "main"], { root }).write,
      `.cache/data,${real}/data,.cache/worktrees,${real}/worktrees,results/runs,${real}/runs`,
    );
    assert.equal(
      rights("history", ["add", "run"], { root }).write,
      `${file("results/history.jsonl")},${file(`${real}/kept.jsonl`)}`,
    );
  }));

Deno.test("denoArguments() throws a RangeError for an unknown task", () => {
  assert.throws(() => denoArguments("constructor", { args: [] }), RangeError);
});

Deno.test("pathOptions() defines every option that takes a file or folder, so that it is permitted", () => {
  for (const folder of ["scripts", "scripts/bench", "scripts/compare"]) {
    for (const { name } of Deno.readDirSync(folder)) {
      if (!name.endsWith(".ts")) continue;
      assert.doesNotMatch(Deno.readTextFileSync(`${folder}/${name}`), /\boption\([^()]*\bpath\(/, name);
    }
  }
});

import assert from "node:assert/strict";
import { MNIST_MIRRORS } from "../../data/files/download.ts";
import { denoArguments, TASKS } from "./permissions.ts";

/** The permissions of an invocation, without what all tasks have alike. */
function rights(task: string, args: readonly string[], dataDir?: string): Record<string, string> {
  const flags = denoArguments(task, { args, dataDir }).filter((argument) => argument.startsWith("--allow-"));
  return Object.fromEntries(flags.map((flag) => flag.slice("--allow-".length).split("=") as [string, string]));
}

Deno.test("denoArguments() lets bench write its output and the cache, and read the project and the data", () => {
  assert.deepEqual(rights("bench", ["lenet300", "--seeds", "2"]), {
    read: ".,.cache/data,results/runs",
    write: ".cache/data,results/runs",
    sys: "cpus,hostname",
    env: "LENET_BENCH_COMMIT,LENET_BENCH_DATA,NO_COLOR,MESA_SHADER_CACHE_DISABLE",
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
  assert.equal(rights("bench", [], "/env data").read, ".,.cache/data,results/runs,/env data");
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
  const { write, net, run } = rights("doctor", ["--json", "--data-dir", "/data"], "/other");
  assert.deepEqual([write, net, run], [undefined, undefined, undefined]);
});

Deno.test("denoArguments() lets only comparisons, calibrations and the history start programs", () => {
  const expected: Record<string, string> = {
    "bench:peers": "deno,python3,/usr/bin/python3",
    calibrate: "git,deno",
  };
  for (const task of Object.keys(TASKS)) {
    const { run, net } = rights(task, []);
    assert.equal(run, expected[task], task);
    if (run) assert.equal(net, undefined, "what may start programs reaches no server");
  }
  assert.equal(rights("history", ["add", "run"]).run, "git");
  assert.equal(rights("bench", ["lenet300", "--against", "main"]).run, "git,deno");
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

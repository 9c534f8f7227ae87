import assert from "node:assert/strict";
import { parse } from "@optique/core";
import { withFolder } from "../../base/testing.ts";
import { SMALL, writeSmallFiles } from "../../data/testing.ts";
import { plan } from "../../engine/running/plan.ts";
import { LENET300 } from "../../suites/lenet300.ts";
import { type BenchOptions, benchOptions, refuseContradictions } from "./options.ts";
import { imagesOf, loadFor } from "./suite.ts";

const SMOKE = plan(LENET300, { profile: "smoke" });

function optionsOf(...args: string[]): BenchOptions {
  const parsed = parse(benchOptions, args);
  assert.ok(parsed.success);
  return parsed.value;
}

/** What is written to standard error while LENET_BENCH_DATA names `folder`. */
async function notesWith(folder: string, act: () => Promise<unknown>): Promise<string[]> {
  const notes: string[] = [];
  const [before, error] = [Deno.env.get("LENET_BENCH_DATA"), console.error];
  try {
    Deno.env.set("LENET_BENCH_DATA", folder);
    console.error = (note: string) => notes.push(note);
    await act();
  } finally {
    console.error = error;
    if (before === undefined) Deno.env.delete("LENET_BENCH_DATA");
    else Deno.env.set("LENET_BENCH_DATA", before);
  }
  return notes;
}

Deno.test("loadFor() says that a profile of drawn digits does not read LENET_BENCH_DATA, and reads --data-dir", () =>
  withFolder(async (folder) => {
    await writeSmallFiles(folder);
    const ids: string[] = [];
    const load = async (...args: string[]) => {
      ids.push((await loadFor(SMOKE, optionsOf(...args))).id);
    };
    assert.deepEqual(await notesWith(folder, () => load()), [
      `Note: LENET_BENCH_DATA "${folder}" is not read: this profile draws its digits. To use that folder, name it with ` +
      "--data-dir.",
    ]);
    assert.deepEqual(await notesWith(folder, () => load("--dataset", "synthetic")), []);
    assert.deepEqual(await notesWith("", () => load()), []);
    const small = `idx:${SMALL.sha256.slice(0, 12)}`;
    for (const args of [["--data-dir", folder], ["--dataset", "auto"]]) {
      assert.deepEqual(await notesWith(folder, () => load(...args)), []);
    }
    assert.deepEqual(ids, ["synthetic", "synthetic", "synthetic", small, small]);
  }));

Deno.test("loadFor() transposes the files of a folder, and refuses to if none are read", () =>
  withFolder(async (folder) => {
    await writeSmallFiles(folder);
    const { title } = await loadFor(SMOKE, optionsOf("--transpose", "--data-dir", folder));
    assert.match(title, /, transposed/);
    await assert.rejects(loadFor(SMOKE, optionsOf("--transpose")), {
      name: "UserError",
      message:
        /^--transpose is for IDX files in a folder that you name, and none are read here\. Name it with --data-dir/,
    });
    for (const dataset of ["mnist", "usps", "synthetic"]) {
      assert.throws(() => refuseContradictions(optionsOf("--transpose", "--dataset", dataset)), {
        name: "UserError",
        message: /^--transpose is for IDX files, and --dataset /,
      });
    }
  }));

Deno.test("imagesOf() returns the numbers of images that were typed", () => {
  assert.deepEqual(imagesOf(optionsOf()), {});
  assert.deepEqual(imagesOf(optionsOf("--train-images", "80", "--validation-images", "0", "--test-images", "20")), {
    trainImages: 80,
    validationImages: 0,
    testImages: 20,
  });
});

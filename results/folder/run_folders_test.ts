import assert from "node:assert/strict";
import { join } from "node:path";
import { withFolder } from "../../base/testing.ts";
import { fakeRun } from "../testing.ts";
import { readRun } from "./store.ts";
import { writeRun } from "./write_run.ts";

Deno.test("whyUnreadable() says what is missing from a run's folder, and where runs are", () =>
  withFolder((folder) => {
    const refused = (name: string, expected: string) => {
      const path = join(folder, name);
      assert.throws(() => readRun(path), { name: "UserError", message: `Cannot read run "${path}": ${expected}.` });
    };
    for (const name of ["a", "b", "c", "d"]) writeRun(join(folder, "runs", name), fakeRun());
    const again = "Get the whole folder again, or make the run again";
    for (const file of ["sweeps.csv", "epochs.csv", "trials.csv", "environment.json"]) {
      Deno.removeSync(join(folder, "runs", "d", file));
      refused(join("runs", "d"), `its file "${file}" is missing. ${again}`);
      writeRun(join(folder, "again"), fakeRun());
      Deno.renameSync(join(folder, "again", file), join(folder, "runs", "d", file));
      Deno.removeSync(join(folder, "again"), { recursive: true });
    }
    refused("runs", 'it contains the run folders "a", "b", "c" and 1 more. Name those themselves');
    refused("nowhere", "there is no such folder. Name the folder of a run");
    refused(join("runs", "a", "trials.csv"), "it is a file. Name the folder of a run");
    Deno.mkdirSync(join(folder, "empty"));
    refused("empty", "it contains no run. Name the folder of a run");
  }));

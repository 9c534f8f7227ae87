import assert from "node:assert/strict";
import { Stopwatch } from "../../base/stopwatch.ts";
import type { RunPart } from "../../engine/running/run_parts.ts";
import { timeTable } from "./time_table.ts";

Deno.test("timeTable() has parts, the rest and the whole of each suite and of all", () => {
  const fake = (elapsed: number, parts: Partial<Record<RunPart, number>>) => {
    const watch = new Stopwatch<RunPart>();
    for (const [part, seconds] of Object.entries(parts)) watch.add(part as RunPart, seconds);
    Object.defineProperty(watch, "elapsed", { value: elapsed });
    return watch;
  };
  const lenet = fake(20, { "set-up": 1, compile: 12.5, train: 4 });
  assert.equal(
    timeTable(new Map([["lenet300", lenet]])),
    "seconds   set-up  data  compile  train  evaluate  sweeps  report  other  total\n" +
      "lenet300     1.0   0.0     12.5    4.0       0.0     0.0     0.0    2.5   20.0",
  );
  assert.equal(
    timeTable(new Map([["lenet300", lenet], ["pooling", fake(10, { train: 9, sweeps: 0.5 })]])).split("\n").at(-1),
    "all          1.0   0.0     12.5   13.0       0.0     0.5     0.0    3.0   30.0",
  );
});

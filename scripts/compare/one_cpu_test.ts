import assert from "node:assert/strict";
import fc from "fast-check";
import { allowedCpus, cpusIn, onOneCpu } from "./one_cpu.ts";

Deno.test("cpusIn() reads lists and ranges, and nothing else", () => {
  assert.deepEqual(cpusIn("pid 12's current affinity list: 0,2-4\n"), [0, 2, 3, 4]);
  assert.deepEqual(cpusIn("pid 12's current affinity list: 7"), [7]);
  for (const text of ["", "taskset: failed", "list: ", "list: a", "list: 4-2", "list: -1"]) {
    assert.deepEqual(cpusIn(text), [], text);
  }
  fc.assert(fc.property(fc.string(), (text) => assert.ok(Array.isArray(cpusIn(`list: ${text}`)))));
});

Deno.test("allowedCpus() has the CPUs that a process can be put on", async () => {
  const cpus = await allowedCpus();
  for (const [round] of cpus.slice(0, 2).entries()) {
    const [program, args] = onOneCpu(["true"], { cpus, round });
    assert.ok((await new Deno.Command(program, { args }).output()).success);
  }
});

Deno.test("onOneCpu() takes another CPU in the next round, and leaves the command alone if none is known", () => {
  const commandOf = (round: number, cpus: number[]) => onOneCpu(["deno", "run", "x"], { cpus, round });
  assert.deepEqual(commandOf(1, [4, 6]), ["taskset", ["-c", "6", "deno", "run", "x"]]);
  assert.deepEqual(commandOf(2, [4, 6]), ["taskset", ["-c", "4", "deno", "run", "x"]]);
  assert.deepEqual(commandOf(2, []), ["deno", ["run", "x"]]);
});

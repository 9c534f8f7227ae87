import assert from "node:assert/strict";
import { LENET_5 } from "../../models/lenet5.ts";
import { patternProgram } from "./program.ts";

function codeOf(inStep: boolean): string {
  const threads = { count: 8, lanes: 8, inStep };
  return patternProgram({
    model: LENET_5,
    hidden: "scaled_tanh",
    output: "scaled_tanh",
    loss: "rbf_mse",
    errorFactor: 1 / 84,
    pixels: { background: -0.1, foreground: 1.175 },
  }, threads).code;
}

// No software adapter shows the race that this prevents: its threads are in step.
Deno.test("patternProgram() has barriers and no vectors in its buffers where threads are not in step", () => {
  const code = codeOf(false);
  assert.match(code, /storageBarrier\(\)/);
  assert.ok(!code.includes("array<vec4<f32>>"));
});

Deno.test("patternProgram() has vectors in its buffers and no barriers where threads are in step", () => {
  const code = codeOf(true);
  assert.ok(!code.includes("storageBarrier()"));
  assert.match(code, /var<storage, read_write> parameters : array<vec4<f32>>/);
});

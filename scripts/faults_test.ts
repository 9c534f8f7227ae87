import assert from "node:assert/strict";
import { readRun } from "../results/folder/store.ts";
import { faultyTask, outputOf, runTask, task, withProjectFolder } from "./command/testing.ts";

/** Three small networks, a second each. */
const SMOKE = ["lenet300", "--profile", "smoke", "--filter", "fc-784-10.modern,fc-784-300-10.modern,lenet1.modern"];

/** Destroys the device with the first work that it gets when one trial is on the disk. */
const LOSE_DEVICE = `
  const { requestDevice } = GPUAdapter.prototype;
  const { submit } = GPUQueue.prototype;
  let device;
  GPUAdapter.prototype.requestDevice = async function (descriptor) {
    return device = await requestDevice.call(this, descriptor);
  };
  GPUQueue.prototype.submit = function (commands) {
    submit.call(this, commands);
    if (finishedTrials() === 1) device.destroy();
  };
  function finishedTrials() {
    try {
      return Deno.readTextFileSync(Deno.args.at(-1) + "/trials.csv").split("\\n").length - 2;
    } catch {
      return 0;
    }
  }
`;

Deno.test("bench on a lost device stops with one sentence, an exit status and the command to resume; no trial is lost", () =>
  withProjectFolder(async (folder) => {
    const preload = `${folder}/lose_device.js`;
    await Deno.writeTextFile(preload, LOSE_DEVICE);
    const out = `${folder}/run`;
    const { code, stdout, stderr } = await outputOf(faultyTask({ preload }, "bench", ...SMOKE, "--out", out));
    assert.equal(code, 1, stdout);
    assert.match(
      stderr,
      /^The WebGPU device was lost \(.*\): .*\. The current trial and those after it are not finished\. Resume with: deno task bench --resume /m,
    );
    assert.deepEqual(readRun(out).trials.map(({ status }) => status), ["done"]);

    const resumed = await runTask("bench", "--resume", out);
    assert.equal(resumed.code, 0, resumed.stderr);
    assert.deepEqual(readRun(out).trials.map(({ status }) => status), ["done", "done", "done"]);
  }));

Deno.test("bench without an adapter prints one sentence with the remedy, and creates no folder", () =>
  withProjectFolder(async (folder) => {
    const out = `${folder}/run`;
    const env = { VK_ICD_FILENAMES: "/nonexistent", VK_DRIVER_FILES: "/nonexistent" };
    const { code, stderr } = await outputOf(faultyTask({ env }, "bench", ...SMOKE, "--out", out));
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^Error: No WebGPU adapter answers\. These variables .*VK_DRIVER_FILES="\/nonexistent".* On Debian .*cpu.*\n$/,
    );
    await assert.rejects(Deno.stat(out), Deno.errors.NotFound);
  }));

Deno.test("bench and doctor name a wrong DENO_WEBGPU_BACKEND and the values that exist", async () => {
  const env = { DENO_WEBGPU_BACKEND: "cuda" };
  const { code, stderr } = await outputOf(faultyTask({ env }, "bench", "gpu_timing", "--profile", "smoke"));
  assert.equal(code, 1);
  assert.match(stderr, /^Error: DENO_WEBGPU_BACKEND is "cuda", .*"vulkan", "metal", "dx12", "gl" .*unset it\.\n$/);
  const doctor = await outputOf(faultyTask({ env }, "doctor"));
  assert.match(doctor.stdout, /^PROBLEM +adapter: DENO_WEBGPU_BACKEND is "cuda"/m);
  assert.match(doctor.stdout, /^ok +choice of the adapter: by DENO_WEBGPU_BACKEND="cuda"/m);
});

Deno.test("bench --adapter fails if another adapter answers, and names it with its graphics API", async () => {
  const commands = [["kernels"], ["gpu_timing"], ["lenet300"], [], ["lenet300", "--against", "HEAD"]];
  for (const command of commands) {
    const { code, stderr } = await outputOf(task("bench", ...command, "--profile", "smoke", "--adapter", "no such"));
    assert.notEqual(code, 0);
    assert.match(
      stderr,
      /^Error: --adapter asks for "no such", and ".+ through \w+" answers\. "deno task doctor" .*\n$/,
    );
  }
  const { stdout } = await outputOf(task("doctor", "--adapter", "no such"));
  assert.match(stdout, /^PROBLEM +adapter: --adapter asks for "no such"/m);
  const { code } = await outputOf(task("doctor", "--adapter", "THROUGH"));
  assert.equal(code, 0);
});

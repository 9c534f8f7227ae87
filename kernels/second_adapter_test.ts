import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { SECOND_ADAPTER } from "../device/testing_second_adapter.ts";

/** The property tests of every kernel, as they are. */
const TESTS = [
  "products/column_sum_test.ts",
  "convolution/conv2d_test.ts",
  "products/matmul_test.ts",
  "not_finite_test.ts",
  "operations_test.ts",
  "pattern/not_finite_test.ts",
  "training/not_finite_test.ts",
  "training/optimiser_step_test.ts",
  "pooling/pool_test.ts",
  "recorder_test.ts",
];

Deno.test({
  name: "TUNED_KERNELS match the cpu backend on a second adapter too",
  ignore: SECOND_ADAPTER === undefined,
  async fn() {
    const { success, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "--no-check", "--allow-env", ...TESTS],
      cwd: fileURLToPath(new URL(".", import.meta.url)),
      env: { ...SECOND_ADAPTER, NO_COLOR: "1" },
    }).output();
    assert.ok(success, new TextDecoder().decode(stdout));
  },
});

import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { stream } from "../base/random.ts";
import { assertClose, withBackend } from "../device/testing.ts";
import { type Loss, type Operations, PLAIN } from "../models/network/operations.ts";
import { TUNED } from "./operations.ts";
import { withTunedKernels } from "./testing.ts";

/** The losses of one row of outputs, in plain arithmetic, and their gradients. */
interface Formula {
  readonly loss: Loss;
  of(row: number[], label: number): { loss: number; gradient: number[] };
}

const FORMULAS: Readonly<Record<string, Formula>> = {
  "cross entropy": {
    loss: "softmax_cross_entropy",
    of(row, label) {
      const total = row.reduce((sum, a) => sum + Math.exp(a), 0);
      return {
        loss: Math.log(total) - row[label]!,
        gradient: row.map((a, k) => Math.exp(a) / total - (k === label ? 1 : 0)),
      };
    },
  },
  "squared error": {
    loss: "squared_error",
    of(row, label) {
      const distances = row.map((a, k) => a - (k === label ? 1 : -1));
      return { loss: distances.reduce((sum, d) => sum + d * d / 2, 0), gradient: distances };
    },
  },
  "equation 8": {
    loss: "rbf_mse",
    of: (row, label) => ({ loss: -row[label]!, gradient: row.map((_, k) => k === label ? -1 : 0) }),
  },
  "equation 9": {
    loss: { kind: "rbf_map", j: 0.5 },
    of(row, label) {
      const total = row.reduce((sum, a) => sum + Math.exp(a), Math.exp(-0.5));
      return {
        loss: -row[label]! + Math.log(total),
        gradient: row.map((a, k) => Math.exp(a) / total - (k === label ? 1 : 0)),
      };
    },
  },
};

/** Where the operations of the first column run. */
const PLACES: readonly { name: string; operations: Operations; run: (test: () => Promise<void>) => Promise<void> }[] = [
  { name: "plain, cpu", operations: PLAIN, run: (test) => withBackend("cpu", test) },
  { name: "plain, webgpu", operations: PLAIN, run: (test) => withBackend("webgpu", test) },
  { name: "tuned, webgpu", operations: TUNED, run: withTunedKernels },
];

for (const { name, operations, run } of PLACES) {
  for (const [title, { loss, of }] of Object.entries(FORMULAS)) {
    Deno.test(`losses() follows the formula of ${title}: losses, errors and gradient (${name})`, () =>
      run(async () => {
        const random = stream(1, title);
        for (const n of [1, 2, 7]) {
          const rows = Array.from({ length: n }, () => Array.from({ length: 10 }, () => 3 * random.normal()));
          const labels = rows.map(() => random.integer(10));
          const expected = rows.map((row, i) => of(row, labels[i]!));
          const weights = rows.map(() => random.normal());
          const outputs = tf.tensor2d(rows);
          const { value, grads } = tf.engine().gradients(
            () => operations.losses(outputs, tf.tensor1d(labels, "int32"), { loss, input: "linear" }),
            [outputs],
            tf.tensor2d(weights.map((weight) => [weight, 123])),
          );
          const errors = rows.map((row, i) => row.indexOf(Math.max(...row)) === labels[i] ? 0 : 1);
          const values = await value.data();
          assertClose(values.filter((_, i) => i % 2 === 0), expected.map(({ loss }) => loss), { tolerance: 2e-6 });
          assert.deepEqual([...values.filter((_, i) => i % 2 === 1)], errors);
          const gradient = expected.flatMap(({ gradient }, i) => gradient.map((g) => g * weights[i]!));
          assertClose(await grads[0]!.data(), gradient, { tolerance: 2e-6, what: "gradient" });
          tf.dispose([value, grads]);
        }
      }));
  }

  for (const title of ["cross entropy", "equation 9"]) {
    Deno.test(`losses() of large outputs stays finite with ${title} (${name})`, () =>
      run(async () => {
        const outputs = tf.tensor2d([[1e4, ...Array(9).fill(-1e4)]]);
        const { loss } = FORMULAS[title]!;
        const losses = operations.losses(outputs, tf.tensor1d([1], "int32"), { loss, input: "linear" });
        assertClose(await losses.data(), [2e4, 1], { tolerance: 1e-6 });
      }));
  }
}

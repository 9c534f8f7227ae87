#!/bin/sh
# TensorFlow.js 4.22.0 (its cpu backend, in Node.js).
#
# tf.max returns NaN if any value is NaN, but tf.maxPool returns the largest of the others, and -Infinity for a window
# of NaN only, with a gradient of 0. tf.argMax returns 0 if the first value is NaN, and otherwise ignores NaN. So the
# activations of a network that diverged are numbers again after the next max pooling, and its predictions are classes:
# an accuracy of 10% on ten classes, where the loss is NaN.
#
# Output seen:
#   1,NaN,3,4: max NaN, maxPool 4, argMax 3
#   NaN,1,3,4: max NaN, maxPool 4, argMax 0
#   NaN,NaN,NaN,NaN: max NaN, maxPool -Infinity, argMax 0
#
# Needs Node.js with npm.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --no-save --no-fund --no-audit --loglevel=error \
  @tensorflow/tfjs@4.22.0 >/dev/null
cat >program.cjs <<'END'
const tf = require("@tensorflow/tfjs");
const N = NaN;
for (const values of [[1, N, 3, 4], [N, 1, 3, 4], [N, N, N, N]]) {
  const row = tf.tensor1d(values);
  const pooled = tf.maxPool(tf.tensor4d(values, [1, 2, 2, 1]), 2, 2, "valid");
  console.log(`${values}: max ${tf.max(row).dataSync()}, maxPool ${pooled.dataSync()}, argMax ${tf.argMax(row).dataSync()}`);
}
END
node program.cjs 2>/dev/null | tee output
cat >expected <<'END'
1,NaN,3,4: max NaN, maxPool 4, argMax 3
NaN,1,3,4: max NaN, maxPool 4, argMax 0
NaN,NaN,NaN,NaN: max NaN, maxPool -Infinity, argMax 0
END
diff expected output

#!/bin/sh
# TensorFlow.js 4.22.0 (its cpu backend, in Node.js).
#
# tf.squaredDifference(a, b) broadcasts shapes as tf.sub(a, b) does, but its gradient is not summed over the axes that
# were broadcast: it has the shape of the result, and TensorFlow.js stops with an error. tf.square(tf.sub(a, b)), the
# same function, has the gradient. So the distances of every row to a few centres can be computed but not trained.
#
# Output seen:
#   values: 5 25 25 5
#   gradient of square(sub): -8 -12 8 12
#   gradient of squaredDifference: Error in gradient for op SquaredDifference. The gradient of input 'b' has shape
#   '2,2,2', which does not match the shape of the input '1,2,2' (on one line)
#
# Needs Node.js with npm.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --no-save --no-fund --no-audit --loglevel=error \
  @tensorflow/tfjs@4.22.0 >/dev/null
cat >distances.cjs <<'END'
const tf = require("@tensorflow/tfjs");
const rows = tf.tensor3d([1, 2, 3, 4], [2, 1, 2]);
const centres = tf.tensor3d([0, 0, 4, 6], [1, 2, 2]);
const composed = (a, b) => tf.square(tf.sub(a, b));
console.log("values:", ...tf.sum(tf.squaredDifference(rows, centres), 2).dataSync());
for (const [name, of] of [["square(sub)", composed], ["squaredDifference", tf.squaredDifference]]) {
  let gradient;
  try {
    gradient = tf.grad((centres) => tf.sum(of(rows, centres)))(centres).dataSync().join(" ");
  } catch (error) {
    gradient = error.message;
  }
  console.log(`gradient of ${name}: ${gradient}`);
}
END
node distances.cjs 2>/dev/null | tee output
cat >expected <<'END'
values: 5 25 25 5
gradient of square(sub): -8 -12 8 12
gradient of squaredDifference: Error in gradient for op SquaredDifference. The gradient of input 'b' has shape '2,2,2', which does not match the shape of the input '1,2,2'
END
diff expected output

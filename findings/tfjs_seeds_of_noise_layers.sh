#!/bin/sh
# TensorFlow.js 4.22.0 (its cpu backend, in Node.js).
#
# Two layers take an option `seed`, and neither does what a seed is for. tf.layers.dropout with a seed drops the same
# units in every step: each call starts the random numbers anew, so a network trained with it is a fixed smaller one
# (with rate 0.5, half of the units never get a gradient). tf.layers.alphaDropout ignores its seed: two equal ones
# differ, so a run can't be repeated. In Keras for Python a seeded layer draws a new mask in every call and the same
# ones in every run.
#
# Output seen:
#   dropout: same mask in the next step true, in an equal layer true
#   alphaDropout: same mask in the next step false, in an equal layer false
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
const x = tf.ones([1, 256]);
const draw = (layer) => Array.from(layer.apply(x, { training: true }).dataSync());
const equal = (a, b) => a.every((value, i) => value === b[i]);
for (const kind of ["dropout", "alphaDropout"]) {
  const [one, other] = [0, 1].map(() => tf.layers[kind]({ rate: 0.5, seed: 7 }));
  const [first, second] = [draw(one), draw(one)];
  console.log(`${kind}: same mask in the next step ${equal(first, second)}, in an equal layer ${equal(first, draw(other))}`);
}
END
node program.cjs 2>/dev/null | tee output
cat >expected <<'END'
dropout: same mask in the next step true, in an equal layer true
alphaDropout: same mask in the next step false, in an equal layer false
END
diff expected output

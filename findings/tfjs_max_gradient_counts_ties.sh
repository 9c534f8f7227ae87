#!/bin/sh
# TensorFlow.js 4.22.0 (its cpu backend, in Node.js).
#
# The gradient of tf.max gives every one of several equal maxima the whole gradient: of n equal values the sum of the
# gradient is n times too large, and no subgradient of the function. TensorFlow in Python divides it among them, and
# PyTorch's amax does, too.
#
# Global max pooling (tf.layers.globalMaxPooling2d) is tf.max, and so gets n times the gradient from a map of equal
# values, such as one that is black or saturated, whereas tf.layers.maxPooling2d with a window of the whole map gives
# it to one position.
#
# Output seen:
#   max of 2, 2, 1: 1 1 0
#   min of 2, 2, 3: 1 1 0
#   globalMaxPooling2d: 1 1 1 1
#   maxPooling2d: 1 0 0 0
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
const gradient = (of, x) => Array.from(tf.grad((x) => tf.sum(of(x)))(x).dataSync());
console.log("max of 2, 2, 1:", ...gradient((x) => tf.max(x), tf.tensor1d([2, 2, 1])));
console.log("min of 2, 2, 3:", ...gradient((x) => tf.min(x), tf.tensor1d([2, 2, 3])));
const map = tf.ones([1, 2, 2, 1]);
const global = tf.layers.globalMaxPooling2d({});
const window = tf.layers.maxPooling2d({ poolSize: 2 });
console.log("globalMaxPooling2d:", ...gradient((x) => global.apply(x), map));
console.log("maxPooling2d:", ...gradient((x) => window.apply(x), map));
END
node program.cjs 2>/dev/null | tee output
cat >expected <<'END'
max of 2, 2, 1: 1 1 0
min of 2, 2, 3: 1 1 0
globalMaxPooling2d: 1 1 1 1
maxPooling2d: 1 0 0 0
END
diff expected output

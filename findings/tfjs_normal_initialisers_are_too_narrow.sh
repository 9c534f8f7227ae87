#!/bin/sh
# TensorFlow.js 4.22.0 (its cpu backend, in Node.js).
#
# tf.initializers.heNormal, leCunNormal, glorotNormal and varianceScaling (distribution truncatedNormal) draw from a
# normal distribution cut off at two standard deviations, and do not make up for what that takes away. So the weights'
# variance is 0.774 of the one that the initialiser is named after (2 / fan-in, 1 / fan-in), with every layer: after
# ten layers of ReLU a signal's variance is 0.774^10 = 0.08 of what He's start keeps it at. Keras for Python divides
# the standard deviation by 0.8796 for that reason. The uniform ones are right, so that 'He uniform against
# He normal' compares two scales.
#
# Output seen:
#   heNormal: 0.77 of the variance
#   heUniform: 1.00 of the variance
#   leCunNormal: 0.77 of the variance
#   leCunUniform: 1.00 of the variance
#   glorotNormal: 0.77 of the variance
#   glorotUniform: 1.00 of the variance
#   mean square after ten layers of 1000: below 0.12 true
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
const variance = (values) => tf.moments(values).variance.dataSync()[0];
const shape = [1000, 1000];
const wanted = { heNormal: 2, heUniform: 2, leCunNormal: 1, leCunUniform: 1, glorotNormal: 1, glorotUniform: 1 };
for (const [name, times] of Object.entries(wanted)) {
  const weights = tf.initializers[name]({ seed: 1 }).apply(shape);
  console.log(`${name}: ${(variance(weights) * 1000 / times).toFixed(2)} of the variance`);
}
let signal = tf.randomNormal([200, 1000], 0, 1, "float32", 1);
for (let layer = 0; layer < 10; layer++) {
  signal = tf.relu(tf.matMul(signal, tf.initializers.heNormal({ seed: layer }).apply(shape)));
}
console.log(`mean square after ten layers of 1000: below 0.12 ${tf.mean(tf.square(signal)).dataSync()[0] < 0.12}`);
END
node program.cjs 2>/dev/null | tee output
cat >expected <<'END'
heNormal: 0.77 of the variance
heUniform: 1.00 of the variance
leCunNormal: 0.77 of the variance
leCunUniform: 1.00 of the variance
glorotNormal: 0.77 of the variance
glorotUniform: 1.00 of the variance
mean square after ten layers of 1000: below 0.12 true
END
diff expected output

#!/bin/sh
# TensorFlow.js 4.22.0 (its cpu backend, in Node.js).
#
# tf.train.adadelta(rate) does exactly what tf.train.sgd(rate) does, whatever rho is: every weight comes out the same,
# bit for bit. Zeiler's rule (2012) divides the root mean square of the updates by that of the gradients including the
# current one. TensorFlow.js uses the mean from before the current gradient. Both means then start at 0, their ratio
# starts at 1, so the first update is the gradient itself, both means get the same value, and so on.
#
# So a gradient that is a million times larger gives a step that is a million times larger, where Adadelta's, by its
# rule, would be about the same. A comparison of optimisers that has both compares one with itself.
#
# Output seen:
#   rho 0.5: 3 of 3 weights equal those of sgd
#   rho 0.95: 3 of 3 weights equal those of sgd
#   first step: -1000, by the rule -0.00141
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
const gradients = tf.randomUniform([1000, 3], -1, 1, "float32", 5).arraySync();
const scale = [1, 1000, 0.001];
const trained = (optimiser) => {
  const weights = tf.variable(tf.tensor1d([1, 2, 3]));
  for (const gradient of gradients) {
    optimiser.applyGradients({ [weights.name]: tf.mul(tf.tensor1d(gradient), scale) });
  }
  return Array.from(weights.dataSync());
};
const sgd = trained(tf.train.sgd(0.001));
for (const rho of [0.5, 0.95]) {
  const adadelta = trained(tf.train.adadelta(0.001, rho));
  console.log(`rho ${rho}: ${adadelta.filter((weight, i) => weight === sgd[i]).length} of 3 weights equal those of sgd`);
}
// What the rule gives for the first step: rate * sqrt(epsilon) / sqrt((1 - rho) * gradient^2 + epsilon) * gradient.
const weight = tf.variable(tf.scalar(0));
tf.train.adadelta(1, 0.95, 1e-7).applyGradients({ [weight.name]: tf.scalar(1000) });
console.log(`first step: ${weight.dataSync()[0]}, by the rule ${(-Math.sqrt(1e-7 / (0.05 * 1e6 + 1e-7)) * 1000).toFixed(5)}`);
END
node program.cjs 2>/dev/null | tee output
cat >expected <<'END'
rho 0.5: 3 of 3 weights equal those of sgd
rho 0.95: 3 of 3 weights equal those of sgd
first step: -1000, by the rule -0.00141
END
diff expected output

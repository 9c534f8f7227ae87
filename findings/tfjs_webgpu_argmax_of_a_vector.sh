#!/bin/sh
# TensorFlow.js 4.22.0 and its webgpu backend, in Deno 2.9.6 (npm package "deno"; seen with Mesa 22.3.6's llvmpipe).
#
# tf.argMax and tf.argMin of a vector are scalars (shape []) on the cpu backend, by the documentation, and in
# TensorFlow; on the webgpu backend they have the shape [1]. So await tf.argMax(logits).array() is a number on one and
# an array of one number on the other, `=== label` is true on one and false on the other (`==` hides it), and tf.stack
# of a batch's answers is a vector on one and a matrix on the other.
#
# Output seen:
#   cpu: shape [], a number true, stacked [2]
#   webgpu: shape [1], a number false, stacked [2,1]
#
# Needs Node.js with npm and a Vulkan adapter, for example Debian's mesa-vulkan-drivers and libvulkan1.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --no-save --no-fund --no-audit --loglevel=error \
  deno@2.9.6 @tensorflow/tfjs@4.22.0 @tensorflow/tfjs-backend-webgpu@4.22.0 >/dev/null
cat >program.mjs <<'END'
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-webgpu";
for (const backend of ["cpu", "webgpu"]) {
  await tf.setBackend(backend);
  const answer = tf.argMax(tf.tensor1d([1, 3, 2]));
  const stacked = tf.stack([answer, answer]);
  const value = await answer.array();
  console.log(`${backend}: shape [${answer.shape}], a number ${typeof value === "number"}, stacked [${stacked.shape}]`);
}
Deno.exit(0);
END
export XDG_RUNTIME_DIR="${XDG_RUNTIME_DIR:-/tmp}" DENO_WEBGPU_BACKEND="${DENO_WEBGPU_BACKEND:-vulkan}" NO_COLOR=1
node_modules/.bin/deno run --allow-all --node-modules-dir=manual --quiet program.mjs 2>/dev/null | tee output
cat >expected <<'END'
cpu: shape [], a number true, stacked [2]
webgpu: shape [1], a number false, stacked [2,1]
END
diff expected output

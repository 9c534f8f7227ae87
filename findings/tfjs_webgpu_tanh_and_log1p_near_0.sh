#!/bin/sh
# TensorFlow.js 4.22.0 and its webgpu backend, in Deno 2.9.6 (npm package "deno"; seen with Mesa 22.3.6's llvmpipe).
#
# On the webgpu backend functions whose only purpose is to be exact near 0 are computed by formulas that cancel there:
# log1p(x) is log(1 + x), asinh(x) a logarithm too, and tanh(x) is (1 - e) / (1 + e) with e = exp(-2 |x|). For x = 1e-8
# the first two return 0 and tanh some three times x; tanh(1e-5) is wrong in the third digit. The cpu backend has the
# right values to the last bit. The absolute error stays below 1e-7, so networks whose units are near 0 train, but
# their weights and small gradients are not those of another backend.
#
# Output seen:
#   cpu tanh: error at 1e-8 below 0.01%, at 1e-5 below 0.01%
#   cpu log1p: error at 1e-8 below 0.01%, at 1e-5 below 0.01%
#   cpu asinh: error at 1e-8 below 0.01%, at 1e-5 below 0.01%
#   webgpu tanh: error at 1e-8 over 50%, at 1e-5 over 0.01%
#   webgpu log1p: error at 1e-8 over 50%, at 1e-5 over 0.01%
#   webgpu asinh: error at 1e-8 over 50%, at 1e-5 over 0.01%
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
const x = [1e-8, 1e-5];
for (const backend of ["cpu", "webgpu"]) {
  await tf.setBackend(backend);
  for (const name of ["tanh", "log1p", "asinh"]) {
    const values = await tf[name](tf.tensor1d(x)).data();
    const errors = x.map((x, i) => Math.abs(values[i] / x - 1));
    const size = errors.map((error) => error > 0.5 ? "over 50%" : error > 1e-4 ? "over 0.01%" : "below 0.01%");
    console.log(`${backend} ${name}: error at 1e-8 ${size[0]}, at 1e-5 ${size[1]}`);
  }
}
Deno.exit(0);
END
export XDG_RUNTIME_DIR="${XDG_RUNTIME_DIR:-/tmp}" DENO_WEBGPU_BACKEND="${DENO_WEBGPU_BACKEND:-vulkan}" NO_COLOR=1
node_modules/.bin/deno run --allow-all --node-modules-dir=manual --quiet program.mjs 2>/dev/null | tee output
cat >expected <<'END'
cpu tanh: error at 1e-8 below 0.01%, at 1e-5 below 0.01%
cpu log1p: error at 1e-8 below 0.01%, at 1e-5 below 0.01%
cpu asinh: error at 1e-8 below 0.01%, at 1e-5 below 0.01%
webgpu tanh: error at 1e-8 over 50%, at 1e-5 over 0.01%
webgpu log1p: error at 1e-8 over 50%, at 1e-5 over 0.01%
webgpu asinh: error at 1e-8 over 50%, at 1e-5 over 0.01%
END
diff expected output

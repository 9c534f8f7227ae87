import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { withFolder } from "../../base/testing.ts";
import { SMALL, SMALL_BYTES, SMALL_FILES, writeSmallFiles } from "../testing.ts";
import { transpose } from "../transpose.ts";
import { MNIST_FILES, readIdxDirectory } from "./mnist.ts";

const TRAIN_IMAGES = MNIST_FILES[0].name;
const TEST_LABELS = MNIST_FILES[3].name;

Deno.test("readIdxDirectory() reads plain files from the folder itself, and labels them with their checksum", () =>
  withFolder(async (folder) => {
    await writeSmallFiles(folder);
    const dataset = await readIdxDirectory(folder, { mnistOnly: false });
    assert.equal(dataset.id, `idx:${SMALL.sha256.slice(0, 12)}`);
    assert.equal(dataset.sha256, SMALL.sha256);
    assert.match(dataset.title, /not MNIST/);
    assert.match(dataset.notice ?? "", /not MNIST/);
    assert.deepEqual(dataset.train, SMALL.train);
    assert.deepEqual(dataset.test, SMALL.test);
  }));

Deno.test("readIdxDirectory() prefers the folder mnist, reads gzip, and says MNIST if all checksums match", () =>
  withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/mnist`);
    for (const [i, { name }] of MNIST_FILES.entries()) {
      await Deno.writeFile(`${folder}/mnist/${name}.gz`, gzipSync(SMALL_BYTES[i]!));
    }
    await Deno.writeTextFile(`${folder}/${TRAIN_IMAGES}`, "not read");
    const dataset = await readIdxDirectory(folder, { mnistOnly: true, files: SMALL_FILES });
    assert.equal(dataset.id, "mnist");
    assert.equal(dataset.notice, undefined);
    assert.deepEqual(dataset.train, SMALL.train);
  }));

Deno.test("readIdxDirectory() refuses another data set if asked for MNIST", () =>
  withFolder(async (folder) => {
    await writeSmallFiles(folder);
    await assert.rejects(readIdxDirectory(folder, { mnistOnly: true }), {
      name: "UserError",
      message: `Cannot use "${folder}" as MNIST: none of its four files has the published SHA-256. ` +
        'Leave out "--dataset mnist" to use the data set that it holds.',
    });
  }));

Deno.test("readIdxDirectory() takes files next to MNIST's others as a data set of their own, and says which", () =>
  withFolder(async (folder) => {
    await writeSmallFiles(folder);
    const flipped = SMALL_BYTES[0].slice();
    flipped[500]! ^= 1;
    await Deno.writeFile(`${folder}/${TRAIN_IMAGES}`, flipped);
    const { id, notice } = await readIdxDirectory(folder, { mnistOnly: false, files: SMALL_FILES });
    assert.match(id, /^idx:[0-9a-f]{12}$/);
    assert.notEqual(id, `idx:${SMALL.sha256.slice(0, 12)}`);
    assert.match(
      notice!,
      /are not MNIST: .* Files that differ from MNIST's: "train-images-idx3-ubyte"; published ones: "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"\. A damaged copy looks the same\.$/,
    );
    await assert.rejects(readIdxDirectory(folder, { mnistOnly: true, files: SMALL_FILES }), {
      name: "UserError",
      message:
        `Cannot use "${folder}" as MNIST: SHA-256 of "train-images-idx3-ubyte" differs from the published one. ` +
        'Leave out "--dataset mnist" to use the data set that it holds.',
    });
    await assert.rejects(readIdxDirectory(folder, { mnistOnly: true, isCache: true, files: SMALL_FILES }), {
      name: "UserError",
      message: /^Cannot read MNIST file ".*train-images-idx3-ubyte": SHA-256 differs.*Delete it and run/,
    });
  }));

Deno.test("readIdxDirectory() exchanges rows and columns if asked to, in a data set of another id", () =>
  withFolder(async (folder) => {
    await writeSmallFiles(folder);
    const plain = await readIdxDirectory(folder, { mnistOnly: false });
    const turned = await readIdxDirectory(folder, { mnistOnly: false, transpose: true });
    assert.deepEqual(turned.test, transpose(plain.test));
    assert.notEqual(turned.sha256, plain.sha256);
    assert.match(turned.title, /, transposed \(not MNIST\)$/);
  }));

Deno.test("readIdxDirectory() names a file that is missing, cut off or unreadable", () =>
  withFolder(async (folder) => {
    const read = () => readIdxDirectory(folder, { mnistOnly: false });
    await assert.rejects(read(), { name: "UserError", message: /^Cannot find "train-images-idx3-ubyte" or / });
    await writeSmallFiles(folder);
    await Deno.writeFile(`${folder}/${TRAIN_IMAGES}`, SMALL_BYTES[0].subarray(0, 5_000));
    await assert.rejects(read(), {
      name: "UserError",
      message: /^Cannot read IDX file ".*train-images.*4984 bytes follow/,
    });
    await Deno.remove(`${folder}/${TEST_LABELS}`);
    await assert.rejects(read(), { name: "UserError", message: /^Cannot find "t10k-labels-idx1-ubyte" or / });
    await Deno.mkdir(`${folder}/${TEST_LABELS}`);
    await assert.rejects(read(), { name: "UserError", message: /^Cannot find "t10k-labels-idx1-ubyte" or / });
    await assert.rejects(readIdxDirectory(`${folder}/${TRAIN_IMAGES}`, { mnistOnly: false }), {
      name: "UserError",
      message: /^Cannot find "train-images-idx3-ubyte" or /,
    });
  }));

Deno.test("readIdxDirectory() refuses images that are not 28x28", () =>
  withFolder(async (folder) => {
    await writeSmallFiles(folder);
    const halved = SMALL_BYTES[2].slice();
    new DataView(halved.buffer).setUint32(8, 14);
    new DataView(halved.buffer).setUint32(12, 56);
    await Deno.writeFile(`${folder}/${MNIST_FILES[2].name}`, halved);
    await assert.rejects(readIdxDirectory(folder, { mnistOnly: false }), {
      name: "UserError",
      message: /^Cannot use ".*t10k-images-idx3-ubyte": its images are 14x56\./,
    });
  }));

const dataDir = Deno.env.get("LENET_BENCH_DATA");
if (dataDir === undefined) console.log("LENET_BENCH_DATA is not set: the test on real MNIST is ignored.");
Deno.test("readIdxDirectory() recognises real MNIST, with its published class counts", {
  ignore: dataDir === undefined,
}, async () => {
  const { id, train, test } = await readIdxDirectory(dataDir!, { mnistOnly: true });
  const counts = (labels: Uint8Array) =>
    Array.from({ length: 10 }, (_, digit) => labels.reduce((count, label) => count + Number(label === digit), 0));
  assert.equal(id, "mnist");
  assert.deepEqual(counts(train.labels), [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
  assert.deepEqual(counts(test.labels), [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
});

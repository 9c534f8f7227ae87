import assert from "node:assert/strict";
import { withFolder } from "../base/testing.ts";
import { loadDataset, type LoadOptions } from "./choose_dataset.ts";
import { MNIST_FILES } from "./files/mnist.ts";
import { SMALL, SMALL_BYTES, SMALL_FILES, writeSmallFiles } from "./testing.ts";

/** Runs `test` with a cache folder and a mirror that serves the small files, or where `open` is false only refusals. */
async function withMirror(
  open: boolean,
  test: (options: Omit<LoadOptions, "dataset">) => Promise<void>,
): Promise<void> {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const file = SMALL_FILES.findIndex(({ name }) => request.url.endsWith(`/${name}.gz`));
    return open ? new Response(SMALL_BYTES[file]!) : new Response("closed", { status: 403 });
  });
  try {
    await withFolder((cacheDir) =>
      test({
        cacheDir,
        sizes: { train: 20, test: 10 },
        download: { files: SMALL_FILES, mirrors: [`http://127.0.0.1:${server.addr.port}`] },
      })
    );
  } finally {
    await server.shutdown();
  }
}

Deno.test("loadDataset() downloads MNIST once and then reads the cache", () =>
  withMirror(true, async (options) => {
    const { id, notice } = await loadDataset({ ...options, dataset: "auto" });
    assert.deepEqual([id, notice], ["mnist", undefined]);
    const download = { ...options.download, mirrors: [] };
    assert.equal((await loadDataset({ ...options, download, dataset: "mnist" })).id, "mnist");
  }));

Deno.test("loadDataset() falls back to drawn digits only in auto, and says so", () =>
  withMirror(false, async (options) => {
    await assert.rejects(loadDataset({ ...options, dataset: "mnist" }), { name: "UserError", message: /status 403/ });
    const { notice, ...drawn } = await loadDataset({ ...options, dataset: "auto" });
    const { notice: always, ...digits } = SMALL;
    assert.deepEqual(drawn, digits);
    assert.match(notice!, /^Drawn digits are used, because MNIST isn't available\..*status 403/);
    assert.ok(notice!.endsWith(` ${always}`));
  }));

Deno.test("loadDataset() draws the digits asked for without looking for files", () =>
  withMirror(false, async (options) => {
    const sizes = { train: 30, test: 20 };
    const dataset = await loadDataset({ ...options, dataset: "synthetic", sizes, dataDir: "not there" });
    assert.deepEqual([dataset.id, dataset.train.count, dataset.test.count], ["synthetic", 30, 20]);
    assert.equal(dataset.notice, SMALL.notice);
  }));

Deno.test("loadDataset() reads a named folder's data set or fails, and never replaces it", () =>
  withMirror(true, (options) =>
    withFolder(async (dataDir) => {
      const load = () => loadDataset({ ...options, dataset: "auto", dataDir });
      await assert.rejects(load(), { name: "UserError", message: /^Cannot find "train-images-idx3-ubyte"/ });
      await writeSmallFiles(dataDir);
      assert.equal((await load()).id, `idx:${SMALL.sha256.slice(0, 12)}`);
      await Deno.writeFile(`${dataDir}/${MNIST_FILES[1].name}`, SMALL_BYTES[1].subarray(0, 10));
      await assert.rejects(load(), { name: "UserError", message: /^Cannot read IDX file ".*train-labels-idx1-ubyte"/ });
    })));

Deno.test("loadDataset() does not replace a damaged file in the cache", () =>
  withMirror(true, async (options) => {
    await loadDataset({ ...options, dataset: "auto" });
    await Deno.writeFile(`${options.cacheDir}/mnist/${MNIST_FILES[0].name}.gz`, SMALL_BYTES[2]);
    await assert.rejects(loadDataset({ ...options, dataset: "auto" }), {
      name: "UserError",
      message:
        /^Cannot read MNIST file ".*train-images-idx3-ubyte\.gz": SHA-256 differs.*Delete it and run "deno task data fetch mnist"\.$/,
    });
  }));

Deno.test("loadDataset() says how to fix a file in the cache that is cut off", () =>
  withMirror(true, async (options) => {
    await loadDataset({ ...options, dataset: "auto" });
    await Deno.writeFile(`${options.cacheDir}/mnist/${MNIST_FILES[0].name}.gz`, Uint8Array.of(0x1f, 0x8b, 8));
    await assert.rejects(loadDataset({ ...options, dataset: "auto" }), {
      name: "UserError",
      message:
        /^Cannot read IDX file ".*": its gzip data are cut off.*Delete it and run "deno task data fetch mnist"\.$/,
    });
  }));

Deno.test("loadDataset() does not mistake another data set in the cache for MNIST", () =>
  withFolder(async (cacheDir) => {
    await Deno.mkdir(`${cacheDir}/mnist`);
    for (const [i, { name }] of MNIST_FILES.entries()) {
      await Deno.writeFile(`${cacheDir}/mnist/${name}.gz`, SMALL_BYTES[i]!);
    }
    await assert.rejects(loadDataset({ dataset: "auto", cacheDir }), { name: "UserError", message: /SHA-256 differs/ });
  }));

Deno.test("loadDataset() reads CIFAR-10 from a named folder only, and draws digits in colour only if asked to", () =>
  withFolder(async (cacheDir) => {
    const load = (options: Partial<LoadOptions>) =>
      loadDataset({ images: "cifar10", dataset: "auto", cacheDir, sizes: { train: 20, test: 10 }, ...options });
    await assert.rejects(load({}), {
      name: "UserError",
      message: /^No data directory .*CIFAR-10 is not downloaded: name a folder .*--data-dir or LENET_BENCH_DATA\.$/,
    });
    await assert.rejects(load({ dataset: "mnist", dataDir: cacheDir }), {
      name: "UserError",
      message: /^Cannot use "mnist" .*Leave out "--dataset mnist"/,
    });
    await assert.rejects(load({ dataset: "usps", dataDir: cacheDir }), {
      name: "UserError",
      message: /^Cannot use "usps" .*Leave out "--dataset usps"/,
    });
    await assert.rejects(load({ dataDir: cacheDir }), { name: "UserError", message: /^Cannot find "data_batch_1/ });
    const drawn = await load({ dataset: "synthetic" });
    assert.deepEqual([drawn.id, drawn.train.count, drawn.test.count], ["synthetic-colour", 20, 10]);
    await Deno.writeFile(`${cacheDir}/train10k.bin`, new Uint8Array(3073));
    await Deno.writeFile(`${cacheDir}/test10k.bin`, new Uint8Array(2 * 3073));
    const { id, train, test } = await load({ dataDir: cacheDir });
    assert.match(id, /^cifar10:[0-9a-f]{12}$/);
    assert.deepEqual([train.count, test.count], [1, 2]);
  }));

Deno.test("loadDataset() reads USPS from a named folder only", () =>
  withFolder(async (cacheDir) => {
    const load = (dataDir?: string) =>
      loadDataset({ dataset: "usps", cacheDir, ...(dataDir !== undefined && { dataDir }) });
    await assert.rejects(load(), {
      name: "UserError",
      message: /^No data directory is named for USPS\. USPS is not downloaded: get "zip\.train\.gz" .*--data-dir or/,
    });
    await assert.rejects(load(cacheDir), { name: "UserError", message: /^Cannot find "zip\.train"/ });
    await Deno.writeTextFile(`${cacheDir}/usps`, "10 1:0.5\n");
    await Deno.writeTextFile(`${cacheDir}/usps.t`, "1 1:-1\n3 256:1\n");
    const { id, train, test } = await load(cacheDir);
    assert.match(id, /^usps:[0-9a-f]{12}$/);
    assert.deepEqual([[...train.labels], [...test.labels]], [[9], [0, 2]]);
  }));

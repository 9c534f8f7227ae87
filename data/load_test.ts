import assert from "node:assert/strict";
import { MNIST_FILES } from "./mnist.ts";
import { loadDataset, type LoadOptions } from "./load.ts";
import { SMALL, SMALL_BYTES, SMALL_FILES, withFolder, writeSmallFiles } from "./small_idx_files.ts";

/** Runs `test` with a cache folder and a mirror that serves the small files, or where `open` is false only refusals. */
async function withMirror(
  open: boolean,
  test: (options: Omit<LoadOptions, "dataset">, notices: string[]) => Promise<void>,
): Promise<void> {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const file = SMALL_FILES.findIndex(({ name }) => request.url.endsWith(`/${name}.gz`));
    return open ? new Response(SMALL_BYTES[file]!) : new Response("closed", { status: 403 });
  });
  const notices: string[] = [];
  try {
    await withFolder((cacheDir) =>
      test({
        cacheDir,
        sizes: { train: 20, test: 10 },
        download: { files: SMALL_FILES, mirrors: [`http://127.0.0.1:${server.addr.port}`] },
        onNotice: (sentence) => notices.push(sentence),
      }, notices)
    );
  } finally {
    await server.shutdown();
  }
}

Deno.test("loadDataset downloads MNIST once and then reads the cache", () =>
  withMirror(true, async (options, notices) => {
    assert.equal((await loadDataset({ ...options, dataset: "auto" })).id, "mnist");
    const download = { ...options.download, mirrors: [] };
    assert.equal((await loadDataset({ ...options, download, dataset: "mnist" })).id, "mnist");
    assert.deepEqual(notices, []);
  }));

Deno.test("loadDataset falls back to drawn digits only in auto, and says so", () =>
  withMirror(false, async (options, notices) => {
    await assert.rejects(loadDataset({ ...options, dataset: "mnist" }), { name: "UserError", message: /status 403/ });
    assert.deepEqual(notices, []);
    assert.deepEqual(await loadDataset({ ...options, dataset: "auto" }), SMALL);
    assert.equal(notices.length, 1);
    assert.match(notices[0]!, /^Drawn digits are used, because MNIST can't be had\..*status 403/);
  }));

Deno.test("loadDataset draws the digits asked for without looking for files", () =>
  withMirror(false, async (options, notices) => {
    const sizes = { train: 30, test: 20 };
    const dataset = await loadDataset({ ...options, dataset: "synthetic", sizes, dataDir: "not there" });
    assert.deepEqual([dataset.id, dataset.train.count, dataset.test.count], ["synthetic", 30, 20]);
    assert.deepEqual(notices, []);
  }));

Deno.test("loadDataset takes a named folder at its word: another data set, or an error, never a replacement", () =>
  withMirror(true, (options, notices) =>
    withFolder(async (dataDir) => {
      const load = () => loadDataset({ ...options, dataset: "auto", dataDir });
      await assert.rejects(load(), { name: "UserError", message: /^Cannot find "train-images-idx3-ubyte"/ });
      await writeSmallFiles(dataDir);
      assert.equal((await load()).id, `idx:${SMALL.sha256.slice(0, 12)}`);
      await Deno.writeFile(`${dataDir}/${MNIST_FILES[1].name}`, SMALL_BYTES[1].subarray(0, 10));
      await assert.rejects(load(), { name: "UserError", message: /^Cannot read IDX file ".*train-labels-idx1-ubyte"/ });
      assert.deepEqual(notices, []);
    })));

Deno.test("loadDataset does not replace a damaged file of the cache", () =>
  withMirror(true, async (options, notices) => {
    await loadDataset({ ...options, dataset: "auto" });
    await Deno.writeFile(`${options.cacheDir}/mnist/${MNIST_FILES[0].name}.gz`, SMALL_BYTES[2]);
    await assert.rejects(loadDataset({ ...options, dataset: "auto" }), {
      name: "UserError",
      message: /^Cannot read MNIST file ".*train-images-idx3-ubyte\.gz": SHA-256 differs/,
    });
    assert.deepEqual(notices, []);
  }));

Deno.test("loadDataset does not take another data set in the cache for MNIST", () =>
  withFolder(async (cacheDir) => {
    await Deno.mkdir(`${cacheDir}/mnist`);
    for (const [i, { name }] of MNIST_FILES.entries()) {
      await Deno.writeFile(`${cacheDir}/mnist/${name}.gz`, SMALL_BYTES[i]!);
    }
    await assert.rejects(loadDataset({ dataset: "auto", cacheDir }), { name: "UserError", message: /SHA-256 differs/ });
  }));

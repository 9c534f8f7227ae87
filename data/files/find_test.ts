import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { withFolder } from "../../base/testing.ts";
import { SMALL, SMALL_BYTES } from "../testing.ts";
import { readCifar10Directory } from "./cifar10.ts";
import { MNIST_FILES, readIdxDirectory } from "./mnist.ts";

const read = (folder: string) => readIdxDirectory(folder, { mnistOnly: false });

/** Writes the four files under the names that `rename` makes of MNIST's. */
async function write(folder: string, rename: (name: string) => string, bytes = SMALL_BYTES): Promise<void> {
  for (const [i, { name }] of MNIST_FILES.entries()) {
    const path = `${folder}/${rename(name)}`;
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await Deno.writeFile(path, bytes[i]!);
  }
}

Deno.test("findFiles() finds files by the names and in the folders that unpackers, libraries and people give them", async () => {
  const renames: readonly ((name: string) => string)[] = [
    (name) => name.replace("-idx", ".idx"),
    (name) => name.toUpperCase(),
    (name) => name.replaceAll("-", "_"),
    (name) => name.replace("t10k", "test"),
    (name) => `MNIST/raw/${name}`,
    (name) => `MNIST/${name}`,
    (name) => `raw/${name}`,
    (name) => `mnist/raw/${name.replace("-idx", ".idx")}`,
    (name) => `${name}/${name.replace("-idx", ".idx")}`,
    (name) => `emnist-digits-${name.replace("t10k", "test")}`,
    (name) => `qmnist-${name.replace("t10k", "test").replace("labels-idx1-ubyte", "labels-idx2-int")}`,
  ];
  for (const rename of renames) {
    await withFolder(async (folder) => {
      await write(folder, rename);
      assert.equal((await read(folder)).sha256, SMALL.sha256, rename.toString());
    });
  }
});

Deno.test("findFiles() reads the first place that has all files", () =>
  withFolder(async (folder) => {
    await write(folder, (name) => name);
    await Deno.mkdir(`${folder}/mnist`);
    assert.equal((await read(folder)).sha256, SMALL.sha256);
    await Deno.writeFile(`${folder}/mnist/${MNIST_FILES[0].name}`, SMALL_BYTES[2]);
    assert.equal((await read(folder)).sha256, SMALL.sha256);
  }));

Deno.test("findFiles() tells data sets of one folder apart by their names, or asks for one", () =>
  withFolder(async (folder) => {
    await write(folder, (name) => `emnist-mnist-${name}`);
    assert.equal((await read(folder)).sha256, SMALL.sha256);
    await write(folder, (name) => `emnist-digits-${name}`);
    await assert.rejects(read(folder), {
      name: "UserError",
      message: /^Cannot choose among .*: "emnist-digits", "emnist-mnist"\. Move the files of one into a folder/,
    });
    await write(folder, (name) => name);
    assert.equal((await read(folder)).sha256, SMALL.sha256);
  }));

Deno.test("findFiles() says where it looked, what is there, and where such files are", () =>
  withFolder(async (folder) => {
    const refused = (message: RegExp, directory = folder) =>
      assert.rejects(read(directory), { name: "UserError", message });
    await refused(/ in ".*" or its folders "mnist", "mnist\/raw", .*\. It is empty\. Put it there/);
    await refused(/There is no folder ".*nowhere"\./, `${folder}/nowhere`);
    await Deno.writeTextFile(`${folder}/notes.md`, "Nothing");
    await write(folder, (name) => `FashionMNIST/raw/${name}`);
    await refused(
      /It contains "FashionMNIST", "notes\.md"\. ".*\/FashionMNIST" contains such files: name that folder\.$/,
    );
    await Deno.writeFile(`${folder}/${MNIST_FILES[0].name}`, SMALL_BYTES[0]);
    await refused(/^Cannot find "train-labels.*", where "train-images-idx3-ubyte" is \(nor "t10k-images-.*"\)\./);
  }));

Deno.test("findFiles() names archives and other libraries' files", async () => {
  const tar = new Uint8Array(512);
  tar.set(new TextEncoder().encode("ustar"), 257);
  const cases: readonly (readonly [string, Uint8Array, RegExp])[] = [
    [
      "mnist.npz",
      Uint8Array.of(0x50, 0x4b, 3, 4, 0x78, 0x2e, 0x6e, 0x70, 0x79),
      /mnist\.npz" is a file of NumPy arrays/,
    ],
    ["mnist_train.csv", new TextEncoder().encode("label,pixel0\n"), /mnist_train\.csv" is a CSV file\. Convert it/],
    ["mnist/a.parquet", new TextEncoder().encode("PAR1"), /a\.parquet" is a Parquet file\. Convert it/],
    ["data.tar.gz", gzipSync(tar), /data\.tar\.gz" is a tar archive compressed by gzip\. Unpack it with "tar xzf"/],
    ["cifar-10-batches-py/data_batch_1", Uint8Array.of(0x80, 2), /data_batch_1" is a Python pickle\. Take the binary/],
    ["cifar-100-binary/train.bin", Uint8Array.of(0, 1), /This is CIFAR-100, which is not read/],
  ];
  for (const [path, bytes, message] of cases) {
    await withFolder(async (folder) => {
      await Deno.mkdir(`${folder}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
      await Deno.writeFile(`${folder}/${path}`, bytes);
      await assert.rejects(readCifar10Directory(folder), { name: "UserError", message });
    });
  }
  await withFolder(async (folder) => {
    await Deno.writeFile(`${folder}/data.tar.gz`, gzipSync(tar));
    await assert.rejects(read(`${folder}/data.tar.gz`), {
      name: "UserError",
      message: /data\.tar\.gz" is a tar archive compressed by gzip\. Unpack it with "tar xzf"\.$/,
    });
  });
});

Deno.test("findFiles() follows links into a store that the user named, and into no other place", () =>
  withFolder(async (outer) => {
    await write(outer, (name) => `store/${name}`);
    await Deno.mkdir(`${outer}/snapshot`);
    for (const { name } of MNIST_FILES) await Deno.symlink(`../store/${name}`, `${outer}/snapshot/${name}`);
    const load = (directory: string, store?: string) => readIdxDirectory(directory, { mnistOnly: false, store });
    assert.equal((await load(`${outer}/snapshot`, `${outer}/store`)).sha256, SMALL.sha256);
    await Deno.mkdir(`${outer}/data`);
    await Deno.symlink("../store", `${outer}/data/mnist`);
    assert.equal((await load(`${outer}/data`, `${outer}/store`)).sha256, SMALL.sha256);
    for (const directory of [`${outer}/snapshot`, `${outer}/data`]) {
      for (const store of [undefined, `${outer}/data`]) {
        await assert.rejects(load(directory, store), {
          name: "UserError",
          message: /it is a link to a place outside its folder\. Name the folder that it leads to with --data-store/,
        });
      }
    }
  }));

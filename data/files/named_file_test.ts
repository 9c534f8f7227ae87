import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { withFolder } from "../../base/testing.ts";
import { gzipBomb, writeSmallFiles } from "../testing.ts";
import { readCifar10Directory } from "./cifar10.ts";
import { MNIST_FILES, readIdxDirectory } from "./mnist.ts";
import { foreign, type NamedFile, readNamed, uncompress } from "./named_file.ts";

const named = (name: string, bytes: Uint8Array): NamedFile => ({ name, format: "CIFAR-10", bytes });

Deno.test("uncompress() refuses gzip data that are cut off or longer than the limit", () => {
  const million = gzipSync(new Uint8Array(1_000_000));
  assert(million.length < 2_000);
  assert.equal(uncompress(named("img.gz", million), 1_000_000).bytes.length, 1_000_000);
  assert.throws(() => uncompress(named("img.gz", million), 999_999), {
    name: "UserError",
    message: 'Cannot read CIFAR-10 file "img.gz": it holds more than 999999 bytes uncompressed. ' +
      "Make a part of it, as docs/data.md shows.",
  });
  assert.throws(() => uncompress({ ...named("img.gz", million.subarray(0, -9)), remedy: "Weep." }), {
    name: "UserError",
    message: 'Cannot read CIFAR-10 file "img.gz": its gzip data are cut off or damaged. Weep.',
  });
});

Deno.test("uncompress() leaves other bytes alone", () => {
  const file = named("img", Uint8Array.of(0x1f, 0x8c, 3));
  assert.equal(uncompress(file), file);
  assert.equal(uncompress(named("img", new Uint8Array())).bytes.length, 0);
});

Deno.test("readNamed() reads a plain or compressed file, and one by a link into the store only", () =>
  withFolder(async (outer) => {
    const [folder, store] = [`${outer}/data`, `${outer}/store`];
    for (const each of [folder, store]) await Deno.mkdir(each);
    const read = (path: string, among?: string) => readNamed(folder, { path, format: "CIFAR-10", store: among });
    await Deno.writeFile(`${folder}/a.bin.gz`, gzipSync(Uint8Array.of(1, 2)));
    assert.deepEqual(await read("a.bin.gz"), named(`${folder}/a.bin.gz`, Uint8Array.of(1, 2)));
    await Deno.writeFile(`${store}/blob`, Uint8Array.of(3));
    await Deno.symlink("../store/blob", `${folder}/b.bin`);
    assert.deepEqual(await read("b.bin", store), named(`${folder}/b.bin`, Uint8Array.of(3)));
    for (const among of [undefined, `${outer}/data`]) {
      await assert.rejects(read("b.bin", among), {
        name: "UserError",
        message:
          /link to a place outside its folder\. Name the folder that it leads to with --data-store, too, or copy/,
      });
    }
  }));

Deno.test("foreign() names what a file is, and otherwise says why it is not read", () => {
  const page = Uint8Array.from("<html>", (letter) => letter.charCodeAt(0));
  assert.equal(
    foreign(named("a", page), "it is wrong").message,
    'Cannot read CIFAR-10 file "a": it is a web page. Get the file again: a server or a proxy sent the page in its place.',
  );
  assert.equal(
    foreign(named("a", Uint8Array.of(1, 2)), "it is wrong").message,
    'Cannot read CIFAR-10 file "a": it is wrong. Put a good copy in its place.',
  );
});

Deno.test("uncompress() refuses a gzip bomb in any format", () =>
  withFolder(async (folder) => {
    const bomb = gzipBomb();
    assert(bomb.length < 2 ** 21);
    const refusal = { name: "UserError", message: /^Cannot read .* it holds more than 268435456 bytes uncompressed\./ };
    await writeSmallFiles(folder);
    const [images] = MNIST_FILES;
    await Deno.remove(`${folder}/${images.name}`);
    await Deno.writeFile(`${folder}/${images.name}.gz`, bomb);
    await assert.rejects(readIdxDirectory(folder, { mnistOnly: false }), refusal);
    for (const name of ["train10k", "test10k"]) await Deno.writeFile(`${folder}/${name}.bin.gz`, bomb);
    await assert.rejects(readCifar10Directory(folder), refusal);
  }));

import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { withFolder } from "../../base/testing.ts";
import { gzipBomb, writeSmallFiles } from "../testing.ts";
import { readCifar10Directory } from "./cifar10.ts";
import { MNIST_FILES, readIdxDirectory } from "./mnist.ts";
import { type NamedFile, readNamed, uncompress } from "./named_file.ts";

const named = (name: string, bytes: Uint8Array): NamedFile => ({ name, format: "CIFAR-10", bytes });

Deno.test("uncompress() refuses gzip data that are cut off or longer than the limit", () => {
  const million = gzipSync(new Uint8Array(1_000_000));
  assert(million.length < 2_000);
  assert.equal(uncompress(named("img.gz", million), 1_000_000).bytes.length, 1_000_000);
  assert.throws(() => uncompress(named("img.gz", million), 999_999), {
    name: "UserError",
    message: 'Cannot read CIFAR-10 file "img.gz": it holds more than 999999 bytes uncompressed. ' +
      "Put a good copy in its place.",
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

Deno.test("readNamed() prefers the plain file, reads the compressed one, and says what to do without either", () =>
  withFolder(async (folder) => {
    const read = () => readNamed(folder, { name: "a.bin", format: "CIFAR-10", ifMissing: "Fetch it." });
    await assert.rejects(read(), {
      name: "UserError",
      message: `Cannot find "a.bin" or "a.bin.gz" in "${folder}". Fetch it.`,
    });
    await Deno.writeFile(`${folder}/a.bin.gz`, gzipSync(Uint8Array.of(1, 2)));
    assert.deepEqual(await read(), named(`${folder}/a.bin.gz`, Uint8Array.of(1, 2)));
    await Deno.writeFile(`${folder}/a.bin`, Uint8Array.of(3));
    assert.deepEqual(await read(), named(`${folder}/a.bin`, Uint8Array.of(3)));
  }));

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
    await Deno.writeFile(`${folder}/train10k.bin.gz`, bomb);
    await assert.rejects(readCifar10Directory(folder), refusal);
  }));

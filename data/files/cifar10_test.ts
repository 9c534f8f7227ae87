import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { UserError } from "../../base/errors.ts";
import { withFolder } from "../../base/testing.ts";
import { sha256 } from "../checksum.ts";
import { parseRecords, readCifar10Directory } from "./cifar10.ts";
import { type NamedFile, uncompress } from "./named_file.ts";

const SEED = { seed: 2009 };
const RECORD = 3073;

const named = (name: string, bytes: Uint8Array): NamedFile => ({ name, format: "CIFAR-10", bytes });

/** Records whose bytes tell where they stand: image, map and place all count. */
function records(...labels: number[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(labels.length * RECORD);
  labels.forEach((label, image) => {
    bytes[image * RECORD] = label;
    for (let i = 0; i < 3072; i++) bytes[image * RECORD + 1 + i] = byteAt(image, Math.floor(i / 1024), i % 1024);
  });
  return bytes;
}

function byteAt(image: number, map: number, place: number): number {
  return (image * 101 + map * 57 + place * 7) % 251;
}

Deno.test("parseRecords() weaves red, green and blue into pixels, file after file", () => {
  const labels = fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(labels, fc.nat(), (labels, cut) => {
      const bytes = records(...labels);
      const at = (cut % labels.length) * RECORD;
      const files = at === 0 ? [named("all", bytes)] : [named("a", bytes.slice(0, at)), named("b", bytes.subarray(at))];
      const { count, height, width, maps, pixels, ...set } = parseRecords(files);
      assert.deepEqual([count, height, width, maps, [...set.labels]], [labels.length, 32, 32, 3, labels]);
      const expected = Uint8Array.from(
        { length: labels.length * 3072 },
        (_, i) => byteAt(Math.floor(i / 3072), i % 3, Math.floor(i % 3072 / 3)),
      );
      assert.deepEqual(pixels, expected);
    }),
    { ...SEED, numRuns: 20 },
  );
});

Deno.test("parseRecords() refuses a file that is empty, cut off or too long", () => {
  const whole = records(1, 2);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 * RECORD - 1 }), fc.integer({ min: 1, max: RECORD - 1 }), (cut, extra) => {
      const message = /^Cannot read CIFAR-10 file "b": its \d+ bytes are not .* records of 3073\. Put a good copy/;
      const refuses = (bytes: Uint8Array) =>
        assert.throws(() => parseRecords([named("a", whole), named("b", bytes)]), { name: "UserError", message });
      if (cut !== RECORD) refuses(whole.subarray(0, cut));
      refuses(new Uint8Array(whole.length + extra));
    }),
    SEED,
  );
});

Deno.test("parseRecords() names the first wrong label", () => {
  assert.throws(() => parseRecords([named("a", records(0, 9, 10, 255))]), {
    name: "UserError",
    message: 'Cannot read CIFAR-10 file "a": label 2 is "10", not one of 0 to 9. Put a good copy in its place.',
  });
});

Deno.test("parseRecords() reads or refuses any bytes, compressed or not", () => {
  const some = fc.uint8Array({ maxLength: 64 });
  const like = fc.uint8Array({ minLength: RECORD, maxLength: RECORD });
  const zipped = fc.tuple(like, fc.nat(), fc.nat(7)).map(([bytes, at, bit]) => {
    const flipped = Uint8Array.from(gzipSync(bytes));
    flipped[at % flipped.length]! ^= 1 << bit;
    return flipped;
  });
  fc.assert(
    fc.property(fc.oneof(some, like, zipped), (bytes) => {
      try {
        const { count, labels, pixels } = parseRecords([uncompress(named("a", bytes))]);
        assert.deepEqual([labels.length, pixels.length], [count, count * 3072]);
        assert.ok(labels.every((label) => label < 10));
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
      }
    }),
    SEED,
  );
});

/** Writes files of one record each; labels tell them apart. */
async function write(folder: string, files: Record<string, Uint8Array>): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) await Deno.writeFile(`${folder}/${name}`, bytes);
}

const PUBLISHED = {
  "data_batch_1.bin": records(1),
  "data_batch_2.bin.gz": Uint8Array.from(gzipSync(records(2))),
  "data_batch_3.bin": records(3),
  "data_batch_4.bin": records(4),
  "data_batch_5.bin": records(5),
  "test_batch.bin": records(6, 7),
};
const SUBSET = { "train10k.bin.gz": Uint8Array.from(gzipSync(records(8))), "test10k.bin": records(9) };

Deno.test("readCifar10Directory() reads either layout, in its folder or next to it, and says what it can't know", () =>
  withFolder(async (folder) => {
    await write(`${folder}/cifar10-10k`, SUBSET);
    const { id, title, notice, sha256: checksum, train, test } = await readCifar10Directory(folder);
    assert.equal(checksum, sha256(records(8), records(9)));
    assert.equal(id, `cifar10:${checksum.slice(0, 12)}`);
    assert.match(title, /in CIFAR-10's format, 1 training and 1 test images$/);
    assert.match(notice ?? "", /whether these are CIFAR-10's/);
    assert.deepEqual([[...train.labels], [...test.labels]], [[8], [9]]);

    await write(`${folder}/cifar-10-batches-bin`, PUBLISHED);
    for (const directory of [folder, `${folder}/cifar-10-batches-bin`]) {
      const published = await readCifar10Directory(directory);
      assert.deepEqual([[...published.train.labels], [...published.test.labels]], [[1, 2, 3, 4, 5], [6, 7]]);
    }
  }));

Deno.test("readCifar10Directory() says what is missing, and that nothing is downloaded", () =>
  withFolder(async (folder) => {
    await assert.rejects(readCifar10Directory(folder), {
      name: "UserError",
      message: /^Cannot find "data_batch_1\.bin" .* nor "train10k\.bin", in ".*" or .*CIFAR-10 is not downloaded: name/,
    });
    const { "data_batch_1.bin": _, ...incomplete } = PUBLISHED;
    await write(folder, incomplete);
    await assert.rejects(readCifar10Directory(folder), {
      name: "UserError",
      message:
        /^Cannot find "data_batch_1\.bin" or "data_batch_1\.bin\.gz" in ".*", where .*CIFAR-10 is not downloaded/,
    });
    await write(folder, { "data_batch_1.bin": records(1).subarray(1) });
    await assert.rejects(readCifar10Directory(folder), {
      name: "UserError",
      message: /^Cannot read CIFAR-10 file ".*data_batch_1\.bin": its 3072 bytes/,
    });
  }));

const dataDir = Deno.env.get("LENET_BENCH_DATA");
const isMissing = dataDir === undefined || !(await isFolder(`${dataDir}/cifar10-10k`));
if (isMissing) console.log("LENET_BENCH_DATA names no folder with cifar10-10k: the test on CIFAR-10 is ignored.");
Deno.test(
  "readCifar10Directory() recognises the subset of CIFAR-10, with even classes",
  { ignore: isMissing },
  async () => {
    const { id, title, notice, train, test } = await readCifar10Directory(`${dataDir}/cifar10-10k`);
    assert.deepEqual([id, title], ["cifar10-10k", "CIFAR-10, 10000 training and 10000 test images"]);
    assert.match(notice ?? "", /fifth of CIFAR-10's 50,000 training images/);
    for (const { labels } of [train, test]) {
      const counts = Array.from({ length: 10 }, (_, label) => labels.filter((each) => each === label).length);
      assert.deepEqual(counts, Array(10).fill(1000));
    }
  },
);

async function isFolder(path: string): Promise<boolean> {
  const found = await Deno.stat(path).catch(() => undefined);
  return found?.isDirectory ?? false;
}

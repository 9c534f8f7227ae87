import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { withFolder } from "../../base/testing.ts";
import { datasetSha256 } from "../checksum.ts";
import { parseUsps, readUspsDirectory, type UspsFormat } from "./usps.ts";

const SEED = { seed: 1989 };
const PIXELS = 256;

/** Lines of either format with the same images: labels, and values in thousandths. */
const images = fc.array(
  fc.record({
    label: fc.nat({ max: 9 }),
    values: fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: PIXELS, maxLength: PIXELS }),
  }),
  { minLength: 1, maxLength: 3 },
);

function dense({ label, values }: { label: number; values: readonly number[] }): string {
  return `${label}.0000 ${values.map((value) => (value / 1000).toFixed(4)).join(" ")} \n`;
}

function sparse({ label, values }: { label: number; values: readonly number[] }): string {
  const entries = values.flatMap((value, i) => value === 0 ? [] : [`${i + 1}:${value / 1000}`]);
  return `${[label + 1, ...entries].join(" ")}\n`;
}

function parse(text: string, format: UspsFormat) {
  return parseUsps({ name: "zip", format: "USPS", bytes: new TextEncoder().encode(text) }, format);
}

Deno.test("parseUsps() reads the same images from both formats, within half a grey level", () => {
  fc.assert(
    fc.property(images, (images) => {
      const set = parse(images.map(dense).join(""), "dense");
      assert.deepEqual([set.count, set.height, set.width, set.maps], [images.length, 16, 16, 1]);
      assert.deepEqual([...set.labels], images.map(({ label }) => label));
      images.flatMap(({ values }) => values).forEach((value, i) => {
        assert.ok(Math.abs(set.pixels[i]! / 127.5 - 1 - value / 1000) <= 1 / 255 + 1e-12);
      });
      assert.deepEqual(parse(images.map(sparse).join(""), "sparse"), set);
    }),
    { ...SEED, numRuns: 20 },
  );
});

Deno.test("parseUsps() takes -1 as background, 1 as full ink, and an index that is left out as 0", () => {
  const { pixels } = parse("1 1:-1 2:1 4:-0.5", "sparse");
  assert.deepEqual([...pixels.subarray(0, 4)], [0, 255, 128, 64]);
});

Deno.test("parseUsps() reads lines that end as on Windows, and skips blank ones", () => {
  const { labels } = parse("\r\n3 1:1\r\n\r\n4 2:1", "sparse");
  assert.deepEqual([...labels], [2, 3]);
});

Deno.test("parseUsps() names the line that is wrong, and what it should be", () => {
  const values = Array(PIXELS).fill("0").join(" ");
  const refuses = (format: UspsFormat, line: string, why: string) =>
    assert.throws(() => parse(format === "dense" ? `1 ${values}\n${line}` : `1\n${line}`, format), {
      name: "UserError",
      message: `Cannot read USPS file "zip": line 2 ${why}. Put a good copy in its place.`,
    });
  refuses("dense", "10", 'has the label "10", not one of 0 to 9');
  refuses("dense", `1.5 ${values}`, 'has the label "1.5", not one of 0 to 9');
  refuses("dense", "1 0 0", "has 2 values, not 256");
  refuses("dense", `1 ${values} 0`, "has 257 values, not 256");
  refuses("dense", `1 ${values.slice(1)} 1.001`, 'has the value "1.001", not one from -1 to 1');
  refuses("dense", `1 ${values.slice(1)} 1e`, 'has the value "1e", not one from -1 to 1');
  refuses("dense", "1,0", "contains more than numbers");
  refuses("sparse", "0 1:1", 'has the label "0", not one of 1 to 10');
  refuses("sparse", "11", 'has the label "11", not one of 1 to 10');
  refuses("sparse", "1 2:1 2:1", 'has "2:1", not a value with one of the indices 3 to 256');
  refuses("sparse", "1 257:1", 'has "257:1", not a value with one of the indices 1 to 256');
  refuses("sparse", "1 0:1", 'has "0:1", not a value with one of the indices 1 to 256');
  refuses("sparse", "1 1:", 'has "1:", not a value with one of the indices 1 to 256');
  refuses("sparse", "1 1:-1.5", 'has the value "-1.5", not one from -1 to 1');
});

const ONE = { label: 1, values: Array(PIXELS).fill(-1000) };
const TWO = { label: 2, values: Array(PIXELS).fill(500) };

Deno.test("readUspsDirectory() reads either format, in its folder or next to it, and gives both the same checksum", () =>
  withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/usps`);
    await Deno.writeTextFile(`${folder}/usps/usps`, sparse(ONE));
    await Deno.writeTextFile(`${folder}/usps/usps.t`, sparse(TWO));
    const fromSparse = await readUspsDirectory(folder);
    assert.deepEqual([[...fromSparse.train.labels], [...fromSparse.test.labels]], [[1], [2]]);
    assert.equal(fromSparse.sha256, datasetSha256(fromSparse));
    assert.equal(fromSparse.id, `usps:${fromSparse.sha256.slice(0, 12)}`);
    assert.match(fromSparse.notice ?? "", /not those of USPS that this program knows/);

    await Deno.writeFile(`${folder}/usps/zip.train.gz`, gzipSync(dense(ONE)));
    await Deno.writeTextFile(`${folder}/usps/zip.test`, dense(TWO));
    for (const directory of [folder, `${folder}/usps`]) {
      assert.deepEqual(await readUspsDirectory(directory), fromSparse);
    }
  }));

Deno.test("readUspsDirectory() says what is missing, and that nothing is downloaded", () =>
  withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/usps`);
    await assert.rejects(readUspsDirectory(folder), {
      name: "UserError",
      message:
        /^Cannot find "zip\.train" or "zip\.train\.gz", nor "usps", in ".*" or its folder "usps"\. It contains "usps"\. USPS is/,
    });
    await Deno.writeTextFile(`${folder}/zip.test`, dense(ONE));
    await assert.rejects(readUspsDirectory(folder), {
      name: "UserError",
      message:
        /^Cannot find "zip\.train" or "zip\.train\.gz" in ".*", where "zip\.test" is\. USPS is not downloaded: get .* --data-dir or/,
    });
  }));

Deno.test("readUspsDirectory() asks for files that are compressed by bzip2 to be uncompressed", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/usps`, sparse(ONE));
    await Deno.writeTextFile(`${folder}/usps.t.bz2`, "BZh9");
    await assert.rejects(readUspsDirectory(folder), {
      name: "UserError",
      message: /^Cannot read USPS file ".*\/usps\.t\.bz2": it is compressed by bzip2\. Unpack it with "bunzip2"\.$/,
    });
  }));

const dataDir = Deno.env.get("LENET_BENCH_DATA");
const isMissing = dataDir === undefined || !(await isFolder(`${dataDir}/usps`));
if (isMissing) console.log("LENET_BENCH_DATA names no folder with usps: the test on USPS is ignored.");
Deno.test(
  "readUspsDirectory() recognises USPS, with the published numbers of digits",
  { ignore: isMissing },
  async () => {
    const { id, title, notice, train, test } = await readUspsDirectory(dataDir!);
    assert.deepEqual([id, title, notice], ["usps", "USPS zip-code digits", undefined]);
    const counts = ({ labels }: { labels: Uint8Array }) =>
      Array.from({ length: 10 }, (_, digit) => labels.filter((label) => label === digit).length);
    assert.deepEqual(counts(train), [1194, 1005, 731, 658, 652, 556, 664, 645, 542, 644]);
    assert.deepEqual(counts(test), [359, 264, 198, 166, 200, 160, 170, 147, 166, 177]);
  },
);

async function isFolder(path: string): Promise<boolean> {
  const found = await Deno.stat(path).catch(() => undefined);
  return found?.isDirectory ?? false;
}

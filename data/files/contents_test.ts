import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { contentsOf, contentsOfArchive } from "./contents.ts";
import { idxHeader } from "./idx.ts";

const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

Deno.test("contentsOf() names what is not a data set's file, with a remedy", () => {
  const tar = new Uint8Array(512);
  tar.set(bytes("ustar"), 257);
  const cases: readonly (readonly [Uint8Array, string])[] = [
    [gzipSync(bytes("x")), "still compressed by gzip"],
    [bytes("BZh91AY"), "compressed by bzip2"],
    [bytes("\xfd7zXZ\0"), "compressed by xz"],
    [bytes("\x28\xb5\x2f\xfd"), "compressed by Zstandard"],
    [bytes("7z\xbc\xaf\x27\x1c"), "a 7z archive"],
    [bytes("PK\x03\x04\x14\0\0\0\0\0train-images"), "a zip archive"],
    [bytes("PK\x03\x04\x14\0\0\0\0\0x_train.npy"), "a file of NumPy arrays (.npz)"],
    [tar, "a tar archive"],
    [bytes("\x93NUMPY\x01\0"), "a NumPy array (.npy)"],
    [bytes("\x89HDF\r\n\x1a\n"), "an HDF5 file"],
    [bytes("PAR1\x15\x04"), "a Parquet file"],
    [bytes("ARROW1\0\0"), "an Arrow file"],
    [bytes("\x80\x04\x95"), "a Python pickle"],
    [bytes("\n<!DOCTYPE HTML><html>"), "a web page"],
    [bytes("\xef\xbb\xbf<html>"), "a web page"],
    [bytes("<?xml version='1.0'?><Error>"), "an XML file"],
    [bytes("version https://git-lfs.github.com/spec/v1\noid"), "a Git LFS pointer"],
    [bytes("/annex/objects/SHA256E-s9912422--ab.gz\n"), "a git-annex pointer"],
    [bytes('{"message": "Not Found"}'), "a JSON file"],
    [bytes("label,pixel0,pixel1\n5,0,0\n"), "a CSV file"],
    [bytes("Not found\n"), "a text file"],
  ];
  for (const [file, what] of cases) {
    const found = contentsOf(file);
    assert.equal(found?.what, what);
    assert.match(found!.remedy, /^[A-Z].*\.$/);
  }
});

Deno.test("contentsOf() knows nothing of what may be a data set's own file", () => {
  for (
    const file of [new Uint8Array(), idxHeader([10, 28, 28]), Uint8Array.of(7, 0, 0, 0), Uint8Array.of(0, 0, 0x0d, 3)]
  ) {
    assert.equal(contentsOf(file), undefined);
  }
});

Deno.test("contentsOfArchive() looks into gzip data, also if they are cut off", () => {
  const tar = new Uint8Array(10_240);
  tar.set(bytes("ustar"), 257);
  crypto.getRandomValues(tar.subarray(512));
  const whole = gzipSync(tar);
  for (const file of [whole, whole.subarray(0, 2_048)]) {
    assert.equal(contentsOfArchive(file)?.what, "a tar archive compressed by gzip");
  }
  assert.equal(contentsOfArchive(gzipSync(bytes("<html>")))?.what, "a web page");
  assert.equal(contentsOfArchive(gzipSync(idxHeader([10, 28, 28]))), undefined);
  assert.equal(contentsOfArchive(bytes("PAR1"))?.what, "a Parquet file");
  assert.equal(contentsOfArchive(bytes("PK\x03\x04"), "mnist.npz")?.what, "a file of NumPy arrays (.npz)");
});

/**
 * Four small IDX files that tests write, serve and damage instead of MNIST's. Not part of the library.
 *
 * @module
 */
import { gzipSync } from "node:zlib";
import { sha256 } from "./checksum.ts";
import type { ImageSet } from "./dataset.ts";
import { idxHeader } from "./files/idx.ts";
import { MNIST_FILES, type PublishedFiles } from "./files/mnist.ts";
import { syntheticDataset } from "./synthetic/digits.ts";

/** Twenty train and ten test digits. */
export const SMALL = syntheticDataset({ train: 20, test: 10 });

const images = ({ count, height, width, pixels }: ImageSet) => join(idxHeader([count, height, width]), pixels);
const labels = ({ count, labels }: ImageSet) => join(idxHeader([count]), labels);

/** The uncompressed files, in the order of {@linkcode MNIST_FILES}. */
export const SMALL_BYTES = [images(SMALL.train), labels(SMALL.train), images(SMALL.test), labels(SMALL.test)] as const;

const published = (i: 0 | 1 | 2 | 3) => ({ name: MNIST_FILES[i].name, sha256: sha256(SMALL_BYTES[i]) });

/** MNIST's names, with the checksums of these files. */
export const SMALL_FILES: PublishedFiles = [published(0), published(1), published(2), published(3)];

/** Writes the four files, plain, into `folder`. */
export async function writeSmallFiles(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  for (const [i, { name }] of MNIST_FILES.entries()) await Deno.writeFile(`${folder}/${name}`, SMALL_BYTES[i]!);
}

/** 1 GiB of zeros in a megabyte of gzip data: the same member repeated. */
export function gzipBomb(): Uint8Array<ArrayBuffer> {
  const member = gzipSync(new Uint8Array(2 ** 24));
  const bomb = new Uint8Array(64 * member.length);
  for (let i = 0; i < 64; i++) bomb.set(member, i * member.length);
  return bomb;
}

function join(header: Uint8Array, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(header.length + data.length);
  bytes.set(header);
  bytes.set(data, header.length);
  return bytes;
}

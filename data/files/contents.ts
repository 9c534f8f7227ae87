/**
 * What a file is if it is not what a data set needs, by its first bytes: an archive, another library's format, a web
 * page, a pointer to a file that was not fetched.
 *
 * @module
 */
import { constants, gunzipSync } from "node:zlib";

/** What a file is. */
export interface Contents {
  /** As in "it is ...". */
  readonly what: string;
  /** What to do with it. */
  readonly remedy: string;
}

/** Bytes from which {@linkcode contentsOf} recognises a file: up to the signature of a tar archive. */
export const HEAD_BYTES = 512;

const CONVERT = "Convert it to IDX files, as docs/data.md shows.";
const unpack = (command: string) => `Unpack it with "${command}".`;

/** A signature in hexadecimal at the beginning, or `at` a later place. */
const SIGNATURES: readonly (Contents & { readonly signature: string; readonly at?: number })[] = [
  { signature: "1f8b", what: "still compressed by gzip", remedy: unpack("gunzip") },
  { signature: "425a68", what: "compressed by bzip2", remedy: unpack("bunzip2") },
  { signature: "fd377a585a00", what: "compressed by xz", remedy: unpack("unxz") },
  { signature: "28b52ffd", what: "compressed by Zstandard", remedy: unpack("unzstd") },
  { signature: "377abcaf271c", what: "a 7z archive", remedy: unpack("7z x") },
  { signature: "526172211a07", what: "a RAR archive", remedy: unpack("unrar x") },
  { signature: "7573746172", at: 257, what: "a tar archive", remedy: unpack("tar xf") },
  { signature: "934e554d5059", what: "a NumPy array (.npy)", remedy: CONVERT },
  { signature: "894844460d0a1a0a", what: "an HDF5 file", remedy: CONVERT },
  { signature: "50415231", what: "a Parquet file", remedy: CONVERT },
  { signature: "4152524f5731", what: "an Arrow file", remedy: CONVERT },
  { signature: "53514c69746520666f726d61742033", what: "an SQLite database", remedy: CONVERT },
  { signature: "89504e47", what: "a PNG image", remedy: CONVERT },
  { signature: "ffd8ff", what: "a JPEG image", remedy: CONVERT },
  ...[2, 3, 4, 5].map((protocol) => ({
    signature: `800${protocol}`,
    what: "a Python pickle",
    remedy: "Take the binary version of the data set: this program runs no code of a data set.",
  })),
];

/** How a text file begins, after blanks, in lower case. */
const BEGINNINGS: readonly (Contents & { readonly text: string })[] = [
  { text: "version https://git-lfs", what: "a Git LFS pointer", remedy: 'Run "git lfs pull" in its repository.' },
  { text: "/annex/objects/", what: "a git-annex pointer", remedy: 'Run "git annex get" on it.' },
  ...["<!doctype html", "<html", "<head", "<body"].map((text) => ({
    text,
    what: "a web page",
    remedy: "Get the file again: a server or a proxy sent the page in its place.",
  })),
  { text: "<?xml", what: "an XML file", remedy: "Get the file again: a server may have sent an error in its place." },
  { text: "{", what: "a JSON file", remedy: CONVERT },
];

/** What the file with these first bytes is; undefined if nothing that this program knows. */
export function contentsOf(
  bytes: Uint8Array,
  { text: isText = false, name = "" }: {
    /** The format is made of text. */
    readonly text?: boolean;
    /** The file's, which tells apart what is packed in the same way. */
    readonly name?: string;
  } = {},
): Contents | undefined {
  const head = bytes.subarray(0, HEAD_BYTES);
  const hex = head.toHex();
  if (hex.startsWith("504b0304")) {
    return text(head).includes(".npy") || /\.npz$/i.test(name)
      ? { what: "a file of NumPy arrays (.npz)", remedy: CONVERT }
      : { what: "a zip archive", remedy: unpack("unzip") };
  }
  const binary = SIGNATURES.find(({ signature, at = 0 }) => hex.startsWith(signature, 2 * at));
  if (binary !== undefined) return only(binary);
  const words = text(head).trimStart().toLowerCase();
  const known = BEGINNINGS.find((beginning) => words.startsWith(beginning.text));
  if (known !== undefined) return only(known);
  if (isText || !/^[\t\n\r\x20-\x7e\x80-\xff]+$/.test(words)) return undefined;
  return words.includes(",")
    ? { what: "a CSV file", remedy: CONVERT }
    : { what: "a text file", remedy: "Get the file again, or convert it as docs/data.md shows." };
}

/** The same of a file that may be compressed by gzip, as archives are. */
export function contentsOfArchive(bytes: Uint8Array, name = ""): Contents | undefined {
  const outer = contentsOf(bytes, { name });
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return outer;
  try {
    // The beginning of a file, so that the end is missing.
    const inner = contentsOf(gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 2 ** 20 }));
    return inner?.what === "a tar archive"
      ? { what: "a tar archive compressed by gzip", remedy: unpack("tar xzf") }
      : inner;
  } catch {
    return outer;
  }
}

function text(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes).replace(/^\u00ef\u00bb\u00bf/, "");
}

function only({ what, remedy }: Contents): Contents {
  return { what, remedy };
}

/**
 * Text files as people may have edited or saved them.
 *
 * @module
 */
import { UserError } from "./errors.ts";

/** How files begin that are not UTF-8 text, and what they are. */
const SIGNATURES: readonly { readonly bytes: readonly number[]; readonly what: string }[] = [
  { bytes: [0xff, 0xfe, 0, 0], what: "line 1 is UTF-32" },
  { bytes: [0xff, 0xfe], what: "line 1 is UTF-16" },
  { bytes: [0xfe, 0xff], what: "line 1 is UTF-16" },
  { bytes: [0x50, 0x4b, 0x03, 0x04], what: "it is a zip archive or a spreadsheet's own format (.xlsx, .ods)" },
  { bytes: [0xd0, 0xcf, 0x11, 0xe0], what: "it is a spreadsheet's own format (.xls)" },
];

const LINE_FEED = 0x0a;

/**
 * The text of a file, which is UTF-8 with or without a byte order mark. A last line without its line break may be cut
 * off within a character.
 *
 * @throws {UserError} It is in another encoding, or no text.
 */
export function readText(path: string): string {
  return decodeText(Deno.readFileSync(path), path);
}

/**
 * The text of these bytes: see {@linkcode readText}.
 *
 * @param name The file, for messages.
 * @throws {UserError} They are in another encoding, or no text.
 */
export function decodeText(bytes: Uint8Array, name: string): string {
  const refused = (what: string) =>
    new UserError(
      `Cannot read "${name}": ${what}, not UTF-8 text. Restore the file as it was written, or save it as text in UTF-8.`,
    );
  const known = SIGNATURES.find((signature) => signature.bytes.every((byte, index) => bytes[index] === byte));
  if (known !== undefined) throw refused(known.what);
  if (looksLikeUtf16(bytes)) throw refused("line 1 is UTF-16");
  const whole = bytes.subarray(0, bytes.lastIndexOf(LINE_FEED) + 1);
  if (!isUtf8(whole)) throw refused(`line ${firstLineNotInUtf8(whole)} is Latin-1, Windows-1252 or another encoding`);
  return new TextDecoder().decode(bytes);
}

/** Without a byte order mark: one byte of the first letter, a Latin one, is 0. */
function looksLikeUtf16([first, second, third, fourth]: Uint8Array): boolean {
  return first === 0 && second! > 0 && third === 0 && fourth! > 0 ||
    first! > 0 && second === 0 && third! > 0 && fourth === 0;
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function firstLineNotInUtf8(bytes: Uint8Array): number {
  let number = 0;
  for (let start = 0, end = 0; start < bytes.length; start = end) {
    end = bytes.indexOf(LINE_FEED, start) + 1;
    number++;
    if (!isUtf8(bytes.subarray(start, end))) break;
  }
  return number;
}

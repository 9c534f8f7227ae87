import assert from "node:assert/strict";
import { join } from "node:path";
import { UserError } from "./errors.ts";
import { withFolder } from "./testing.ts";
import { decodeText, readText } from "./text.ts";

const TEXT = "name,size\nLeNet,5\nRöntgen,3\n";

function refused(bytes: Uint8Array, expected: RegExp): void {
  assert.throws(() => decodeText(bytes, "a.csv"), (error: Error) => {
    assert.ok(error instanceof UserError, String(error));
    assert.match(error.message, expected);
    return true;
  });
}

function utf16(text: string, littleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(2 * text.length));
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), littleEndian);
  return new Uint8Array(view.buffer);
}

Deno.test("readText() reads UTF-8 and takes a byte order mark off", () =>
  withFolder((folder) => {
    const path = join(folder, "a.csv");
    for (const text of [TEXT, `\uFEFF${TEXT}`]) {
      Deno.writeTextFileSync(path, text);
      assert.equal(readText(path), TEXT);
    }
    Deno.writeTextFileSync(path, "");
    assert.equal(readText(path), "");
  }));

Deno.test("decodeText() names UTF-16, with and without a byte order mark, and UTF-32", () => {
  for (const littleEndian of [true, false]) {
    for (const mark of ["", "\uFEFF"]) {
      refused(
        utf16(mark + TEXT, littleEndian),
        /^Cannot read "a\.csv": line 1 is UTF-16, not UTF-8 text\. Restore/,
      );
    }
  }
  refused(new Uint8Array([0xff, 0xfe, 0, 0, 0x6e, 0, 0, 0]), /UTF-32/);
});

Deno.test("decodeText() names the first line in another encoding, and spreadsheets' own formats", () => {
  const latin1 = Uint8Array.from(TEXT, (letter) => letter.charCodeAt(0));
  refused(latin1, /^Cannot read "a\.csv": line 3 is Latin-1, Windows-1252 or another encoding, not UTF-8 text\./);
  refused(new TextEncoder().encode("PK\x03\x04..."), /a spreadsheet's own format \(\.xlsx, \.ods\)/);
  refused(new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1]), /a spreadsheet's own format \(\.xls\)/);
});

Deno.test("decodeText() reads a file that was cut off within a letter", () => {
  const bytes = new TextEncoder().encode(TEXT);
  const cut = bytes.subarray(0, bytes.indexOf(0xc3) + 1);
  assert.equal(decodeText(cut, "a.csv"), "name,size\nLeNet,5\nR\uFFFD");
});

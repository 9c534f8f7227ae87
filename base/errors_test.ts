import assert from "node:assert/strict";
import { plainLine, shortened, UserError } from "./errors.ts";

Deno.test("UserError has a message of one line of plain text, whatever it quotes", () => {
  const { message } = new UserError('Cannot read "a  b\r\n\u2028c\u001b[2Jd\u202ee\u0000".');
  assert.equal(message, 'Cannot read "a  b c\uFFFD[2Jd\uFFFDe\uFFFD".');
});

Deno.test("plainLine() leaves one line of plain text alone", () => {
  const text = 'Trial "a/b/1" gave 3 % \u00b1 1 \u{1F600}.';
  assert.equal(plainLine(text), text);
});

Deno.test("shortened() leaves short text alone", () => {
  assert.equal(shortened("a".repeat(60)), "a".repeat(60));
  assert.equal(shortened("abc", 2), "ab...");
});

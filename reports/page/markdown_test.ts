import assert from "node:assert/strict";
import fc from "fast-check";
import { bullets, escape, folded, joined, left, md, oneLine, right, section, table } from "./markdown.ts";

Deno.test("escape() leaves nothing that markdown acts on", () => {
  assert.equal(escape("a|b"), "a\\|b");
  assert.equal(escape("<script>alert(1)</script>"), "&lt;script&gt;alert(1)&lt;/script&gt;");
  assert.equal(escape("![x](y) [z](http://evil)"), "\\!\\[x\\](y) \\[z\\](http&#58;//evil)");
  assert.equal(
    escape("`code` *strong* _em_ ~~gone~~ $x$"),
    "\\`code\\` \\*strong\\* \\_em\\_ \\~\\~gone\\~\\~ \\$x\\$",
  );
  assert.equal(escape("one\r\ntwo\u0000\u2028three\u200bfour"), "one two three four");
  assert.equal(escape("&lt; \\"), "&amp;lt; \\\\");
  assert.equal(escape("1. item"), "1\\. item");
  assert.equal(escape("- item"), "\\- item");
  assert.equal(escape("www.evil.test"), "www&#46;evil.test");
});

Deno.test("escape() leaves plain words and numbers alone", () => {
  for (const text of ["784-300-10", "LeNet-5 (6/16 maps)", "2.9.6", "12.0%", "conv 4@5x5", "Yes!", "a: b; c"]) {
    assert.equal(escape(text), text);
  }
});

Deno.test("escape() lets no text break out of its table cell or become HTML", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: fc.constantFrom(..."|\\`<>[]\n#*") }), (a, b) => {
      const escaped = escape(a + b);
      assert.doesNotMatch(escaped, /[<>\n\r]/);
      // A pipe is inert when an odd number of backslashes stands before it.
      for (const [, slashes] of escaped.matchAll(/(\\*)[|`[\]*]/g)) assert.equal((slashes?.length ?? 0) % 2, 1);
    }),
    { seed: 1 },
  );
});

Deno.test("oneLine() drops what XML can't contain", () => {
  assert.equal(oneLine(" a\u0007b\uFFFEc\td "), "a b c d");
});

Deno.test("table() has an alignment row and no padding", () => {
  assert.equal(
    table([left("name"), right("value")], [[md`a`, md`${1}`], [md`longer`, md`${23}`]]),
    "| name | value |\n| :- | -: |\n| a | 1 |\n| longer | 23 |",
  );
});

Deno.test("section() is empty without paragraphs", () => {
  assert.equal(section("Speed", ["", ""]), "");
  assert.equal(section("Speed", ["", md`Fast.`, md`Slow.`]), "## Speed\n\nFast.\n\nSlow.");
});

Deno.test("bullets() and folded() write lists and folded parts", () => {
  assert.equal(bullets([md`a`, md`b`]), "- a\n- b");
  assert.equal(folded("More", md`text`), "<details>\n<summary>More</summary>\n\ntext\n\n</details>");
});

Deno.test("md`` leaves its own words alone and joins wrapped lines", () => {
  assert.equal(
    md`**${2}** trials of
      ${escape("<b>")}`,
    "**2** trials of &lt;b&gt;",
  );
  assert.equal(joined([md`a`, "", md`b`], "; "), "a; b");
});

Deno.test("md``, bullets(), table() and section() refuse a plain string when types are checked", () => {
  const text: string = "<b>";
  // @ts-expect-error A string may contain text from outside, which escape() has to treat first.
  md`Trained on ${text}`;
  // @ts-expect-error The same for a bullet,
  bullets([text]);
  // @ts-expect-error a cell of a table,
  table([left("name")], [[text]]);
  // @ts-expect-error a paragraph,
  section("Speed", [text]);
  // @ts-expect-error a heading that is not a literal of the source,
  section(text, []);
  // @ts-expect-error nor is this one.
  left(`rate ${text}`);
});

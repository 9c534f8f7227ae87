import assert from "node:assert/strict";
import { resultsOf } from "../../results/folder/store.ts";
import { fakeRun } from "../../results/testing.ts";
import { progressDisplay } from "./progress.ts";

/** What `body` writes to standard error. */
function written(body: () => void): string {
  const { writeSync } = Deno.stderr;
  let text = "";
  Deno.stderr.writeSync = (bytes) => {
    text += new TextDecoder().decode(bytes);
    return bytes.length;
  };
  try {
    body();
  } finally {
    Deno.stderr.writeSync = writeSync;
  }
  return text;
}

Deno.test("progressDisplay() writes a sentence or a reason of failure as one line that can't steer the terminal", () => {
  const [result] = resultsOf(fakeRun({ arms: [{ testErrors: [null] }], trial: { reason: "a\x1b[2J\nb" } }));
  const display = progressDisplay();
  assert.match(written(() => display.say("a\x1b[2J\nb")), /a\uFFFD\[2J b\n$/);
  assert.match(written(() => display.finish(result!)), /FAILED: a\uFFFD\[2J b\n$/);
});

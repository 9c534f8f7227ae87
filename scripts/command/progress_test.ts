import assert from "node:assert/strict";
import { plan } from "../../engine/running/plan.ts";
import { resultsOf } from "../../results/folder/store.ts";
import { fakeRun } from "../../results/testing.ts";
import { LENET300 } from "../../suites/lenet300.ts";
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

Deno.test("progressDisplay() says on a terminal that shaders are compiled, in place of a speed", () => {
  const { isTerminal } = Deno.stderr;
  const { consoleSize } = Deno;
  Deno.stderr.isTerminal = () => true;
  Deno.consoleSize = () => ({ columns: 80, rows: 24 });
  try {
    const { trials: [trial] } = plan(LENET300, { profile: "smoke" });
    const display = progressDisplay();
    const position = { trial: trial!, trialNumber: 2, trials: 3 };
    assert.equal(
      written(() => display.compiling(position)),
      `\r\x1b[K[2/3] ${trial!.variant.id} seed 1: compiling shaders ...`,
    );
  } finally {
    Deno.stderr.isTerminal = isTerminal;
    Deno.consoleSize = consoleSize;
  }
});

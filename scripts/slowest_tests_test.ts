import assert from "node:assert/strict";
import { slowestTests } from "./slowest_tests.ts";

Deno.test("slowestTests() reads ten tests of a JUnit file, the slowest first", () => {
  const cases = Array.from(
    { length: 12 },
    (_, i) =>
      `<testcase name="f() turns &quot;${i}&quot; into &lt;b&gt;" classname="./a_test.ts" time="${i}.25" line="3" col="6">
        </testcase>`,
  );
  const lines = slowestTests(`<testsuites><testsuite name="./a_test.ts">${cases.join("\n")}</testsuite></testsuites>`);
  assert.equal(lines.length, 10);
  assert.equal(lines[0], '  11.3 s  ./a_test.ts: f() turns "11" into <b>');
  assert.match(lines.at(-1)!, /^ {3}2\.3 s/);
});

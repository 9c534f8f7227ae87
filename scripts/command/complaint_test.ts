import assert from "node:assert/strict";
import { complaintIn } from "./complaint.ts";

Deno.test("complaintIn() is the line that names the error, without colours and traces", () => {
  const cases = {
    'error: Module not found "file:///a.ts".\n': 'Module not found "file:///a.ts".',
    "\u001b[0m\u001b[1m\u001b[31merror\u001b[0m: Unexpected option\n    at x\n": "Unexpected option",
    "Check a.ts\nError: Cannot read.\n\nStack backtrace:\n   0: <unknown>\n": "Cannot read.",
    "error: first\nerror: second": "first",
    "Traceback:\n  x\nValueError: last\n": "ValueError: last",
    "errors happen\nlast": "last",
    " \n": "",
    "": "",
  };
  for (const [printed, expected] of Object.entries(cases)) assert.equal(complaintIn(printed), expected);
});

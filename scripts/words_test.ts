import assert from "node:assert/strict";
import { git } from "../base/git.ts";

const ROOT = new URL("..", import.meta.url).pathname;

/** Words that read like a translation, and what a native engineer writes. */
const PLAIN: readonly (readonly [RegExp, string])[] = [
  [/\ba (row|value|sentence|line|file|folder|word|seed|slope|bias|column) a [a-z]+/i, "one row per trial"],
  [/\bin hand\b/i, "the current trial"],
  [/\b(go|goes|going|gone|went) on with\b/i, "resume, continue"],
  [/\bc[ao]me(s)? out again\b/i, "reproduced"],
  [/\bbut for\b/i, "except"],
  [/\bmend(s|ed|ing)?\b/i, "fix"],
  [/\bhand(s|ed)? over\b/i, "fall back, pass on"],
  [/\bcr(y|ies|ied)[ _]wolf\b/i, "false alarm"],
  [/\b(by|in) turns\b/i, "alternately"],
  [/\bcan('|no)t be had\b/i, "isn't available"],
  [/\bsaid aloud\b/i, "is reported"],
  [/\bbeside\b/i, "next to, apart from"],
  [/\b(empty|left out) where\b/i, "if, when"],
  [/\b(does|did) not tell\b/i, "does not say"],
  [/\bwhat (else )?came out\b/i, "the findings"],
];

/** This file, and committed reports, which quote what committed runs recorded. */
const EXEMPT = /^scripts\/words_test\.ts$|^reports\/.*\.md$/;

interface Line {
  readonly file: string;
  readonly number: number;
  readonly text: string;
}

Deno.test("all text is plain English", async () => {
  const found = (await lines("*.ts", "*.md", "*.sh", "*.yml", "deno.json")).flatMap(({ file, number, text }) =>
    PLAIN.filter(([pattern]) => pattern.test(text)).map(([, instead]) =>
      `${file}:${number}: ${text.trim()} (${instead})`
    )
  );
  assert.deepEqual(found, []);
});

Deno.test("comments are at most 120 characters wide", async () => {
  const wide = (await lines("*.ts")).filter(({ text }) => text.length > 120 && /^\s*(\/\/|\/\*|\*)/.test(text));
  assert.deepEqual(wide.map(({ file, number }) => `${file}:${number}`), []);
});

async function lines(...patterns: readonly string[]): Promise<Line[]> {
  const files = (await git(["ls-files", "-z", "--", ...patterns], ROOT))!.split("\0").filter((file) =>
    file !== "" && !EXEMPT.test(file)
  );
  return files.flatMap((file) =>
    Deno.readTextFileSync(`${ROOT}${file}`).split("\n").map((text, i) => ({ file, number: i + 1, text }))
  );
}

/**
 * How tables of histories name a commit.
 *
 * @module
 */
import type { Commit } from "../../results/history/series.ts";
import { integer } from "../page/format.ts";
import { escape, type Markdown, md } from "../page/markdown.ts";

/** Its number in the history, its hash and the day of its time. */
export function commitCell({ commit, number, time }: Commit): Markdown {
  return md`${integer(number)}: ${escape(shortened(commit))}, ${escape(time.slice(0, 10))}`;
}

/** Enough digits to name a commit. */
export function shortened(commit: string): string {
  return commit.replace(/^([0-9a-f]{10})[0-9a-f]+/, "$1");
}

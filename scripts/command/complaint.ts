/**
 * What a program that failed has to say.
 *
 * @module
 */
import { stripVTControlCharacters } from "node:util";

/**
 * The sentence that says why, of what a program printed to standard error: the first line that begins with "error", as
 * Deno's and this program's do, and not the traces behind it; else the last line. Without colours.
 *
 * @returns An empty text if nothing was printed.
 */
export function complaintIn(printed: string): string {
  const lines = stripVTControlCharacters(printed).split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const line = lines.find((line) => /^error\b/i.test(line)) ?? lines.at(-1) ?? "";
  return line.replace(/^error: /i, "");
}

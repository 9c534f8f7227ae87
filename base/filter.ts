/**
 * The rule of every `--filter`.
 *
 * @module
 */

/**
 * Whether one of some texts contains `filter`, or one of several parts of it with commas between; case is ignored.
 * Without a filter, always.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { textFilter } from "./filter.ts";
 *
 * const isWanted = textFilter("lenet, conv");
 * assert.ok(isWanted("LeNet-1"));
 * assert.ok(!isWanted("784-10", "fc-784-10"));
 * ```
 */
export function textFilter(filter: string | undefined): (...texts: readonly string[]) => boolean {
  if (filter === undefined) return () => true;
  const parts = filter.split(",").map((part) => part.trim().toLowerCase()).filter((part) => part !== "");
  return (...texts) => texts.some((text) => parts.some((part) => text.toLowerCase().includes(part)));
}

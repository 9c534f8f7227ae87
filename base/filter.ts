/**
 * The rule of every `--filter`.
 *
 * @module
 */

/** What can be filtered by name. */
export interface Named {
  readonly id: string;
  readonly title: string;
}

/**
 * Those of `items` whose id or title contains `filter`, or one of several parts of it with commas between; case is
 * ignored. A part that is an item's whole id stands for that item alone. Without a filter, all.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { filtered } from "./filter.ts";
 *
 * const items = [{ id: "lenet1", title: "LeNet-1" }, { id: "lenet1-wide", title: "LeNet-1, wide" }];
 * assert.deepEqual(filtered(items, "lenet1"), items.slice(0, 1));
 * assert.deepEqual(filtered(items, "lenet"), items);
 * ```
 */
export function filtered<T extends Named>(items: readonly T[], filter: string | undefined): readonly T[] {
  if (filter === undefined) return items;
  const parts = filter.toLowerCase().split(",").map((part) => part.trim()).filter((part) => part !== "");
  const ids = new Set(items.map(({ id }) => id.toLowerCase()));
  return items.filter(({ id, title }) => {
    const [ownId, ownTitle] = [id.toLowerCase(), title.toLowerCase()];
    return parts.some((part) => ids.has(part) ? part === ownId : ownId.includes(part) || ownTitle.includes(part));
  });
}

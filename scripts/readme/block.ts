/**
 * Generated parts of hand-written pages, between lines that mark them.
 *
 * @module
 */
import { UserError } from "../../base/errors.ts";

/** A part of a page that is made from data. */
export interface Block {
  /** The page's path. */
  readonly page: string;
  /** The name in the marks. */
  readonly name: string;
  readonly text: string;
}

/**
 * `page` with the block's text between its marks.
 *
 * @throws {UserError} The page lacks the marks.
 */
export function withBlock(page: string, block: Block): string {
  const marks = [`<!-- ${block.name}: made by deno task readme -->`, `<!-- end of ${block.name} -->`] as const;
  const [start, end] = [page.indexOf(marks[0]), page.indexOf(marks[1])];
  if (start < 0 || end < start) {
    throw new UserError(
      `"${block.page}" lacks the lines "${marks.join('" and "')}". Put them where the table belongs.`,
    );
  }
  return `${page.slice(0, start + marks[0].length)}\n\n${block.text}\n\n${page.slice(end)}`;
}

/**
 * Markdown from texts that nobody has checked: escaping, tables, folded parts.
 *
 * @module
 */
import { markdownTable } from "markdown-table";

/** Line breaks, control characters and what XML can't hold become single spaces. */
export function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}\p{Cf}\uFFFE\uFFFF]+/gu, " ").trim();
}

/**
 * A text as markdown that shows it and does nothing else: no markup, link, HTML, list or table cell.
 *
 * Punctuation that markdown gives a meaning gets a backslash (CommonMark 0.31, section 2.4), `<`, `>` and `&` become
 * entities, and so does the colon of an address, which would otherwise turn into a link of its own accord.
 */
export function escape(text: string): string {
  return oneLine(text)
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replace(/[\\`*_{}[\]#|~$]|!(?=\\?\[)/g, "\\$&")
    .replace(/^(\d+)([.)])(?= |$)/, "$1\\$2")
    .replace(/^[-+=]/, "\\$&")
    .replace(/(https?|ftp|mailto):/gi, "$1&#58;")
    .replace(/www\./gi, "www&#46;");
}

/** A column: its heading and whether its cells are numbers, which stand at the right. */
export interface Column {
  readonly heading: string;
  readonly align: "left" | "right";
}

/** A column of texts. */
export function left(heading: string): Column {
  return { heading, align: "left" };
}

/** A column of numbers. */
export function right(heading: string): Column {
  return { heading, align: "right" };
}

/** A table, empty where it has no rows; these hold a cell a column, already escaped. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const align = columns.map((column) => column.align);
  // Cells are not padded: one long cell would blow up every row, and a change of one row would touch them all.
  return markdownTable([columns.map((column) => column.heading), ...rows], { align, alignDelimiters: false });
}

/** A part that stays folded until the reader opens it: plain words that name it, and markdown. */
export function folded(summary: string, body: string): string {
  return `<details>\n<summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

/** Bullets, one a text, already escaped. */
export function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}

/** A heading and its paragraphs; empty where there are none, so that a report leaves the section out. */
export function section(heading: string, paragraphs: readonly string[]): string {
  const told = paragraphs.filter((paragraph) => paragraph !== "");
  return told.length === 0 ? "" : [`## ${heading}`, ...told].join("\n\n");
}

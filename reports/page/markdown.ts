/**
 * Markdown from untrusted texts: escaping, sentences, tables, folded parts.
 *
 * What others wrote reaches a report only through {@linkcode escape}: everything here takes {@linkcode Markdown}, which
 * a plain string is not.
 *
 * @module
 */
import { markdownTable } from "markdown-table";

declare const markdown: unique symbol;

/** Markdown in which every text from outside is escaped; an empty text needs no escaping. */
export type Markdown = "" | (string & { readonly [markdown]: true });

/** `T` if it is markdown or a literal of the program's source, else `never`: `string` and patterns are refused. */
export type Literal<T extends string> = T extends Markdown ? T
  : Record<never, never> extends Record<T, true> ? never
  : T;

/** Vouches for a text that contains nothing from outside, such as a formatted number. */
export function trusted(text: string): Markdown {
  return text as Markdown;
}

/**
 * A sentence or paragraph: its own words as they are, with values that are already escaped.
 *
 * A line break and the indent after it become one space, so that a long sentence can be wrapped.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { escape, md } from "./markdown.ts";
 *
 * assert.equal(md`**${2}** trials of ${escape("<b>")}`, "**2** trials of &lt;b&gt;");
 * ```
 */
export function md(words: TemplateStringsArray, ...values: readonly (Markdown | number)[]): Markdown {
  const unwrapped = words.map((text) => text.replace(/ *\n +/g, " "));
  return trusted(unwrapped.map((text, index) => `${text}${values[index] ?? ""}`).join(""));
}

/** Parts one after the other, without those that are empty. */
export function joined<const T extends string>(parts: readonly Markdown[], between: Literal<T>): Markdown {
  return trusted(parts.filter((part) => part !== "").join(between));
}

/** Turns line breaks, control characters and what XML can't contain into single spaces. */
export function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}\p{Cf}\uFFFE\uFFFF]+/gu, " ").trim();
}

/**
 * Markdown that shows `text` and does nothing else: no markup, link, HTML, list or table cell.
 *
 * Punctuation that markdown gives a meaning gets a backslash (CommonMark 0.31, section 2.4), `<`, `>` and `&` become
 * entities, and so does the colon of an address, which would otherwise turn into a link of its own accord.
 */
export function escape(text: string): Markdown {
  const escaped = oneLine(text)
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replace(/[\\`*_{}[\]#|~$]|!(?=\\?\[)/g, "\\$&")
    .replace(/^(\d+)([.)])(?= |$)/, "$1\\$2")
    .replace(/^[-+=]/, "\\$&")
    .replace(/(https?|ftp|mailto):/gi, "$1&#58;")
    .replace(/www\./gi, "www&#46;");
  return trusted(escaped);
}

/** A column: its heading and whether its cells are numbers, which are aligned to the right. */
export interface Column {
  readonly heading: Markdown;
  readonly align: "left" | "right";
}

/** A column of texts. */
export function left<const T extends string>(heading: Literal<T>): Column {
  return { heading: trusted(heading), align: "left" };
}

/** A column of numbers. */
export function right<const T extends string>(heading: Literal<T>): Column {
  return { heading: trusted(heading), align: "right" };
}

/** A table with one cell per column in each row; empty if it has no rows. */
export function table(columns: readonly Column[], rows: readonly (readonly Markdown[])[]): Markdown {
  if (rows.length === 0) return "";
  const align = columns.map((column) => column.align);
  // Cells are not padded: one long cell would widen every row, and a change of one row would touch them all.
  return trusted(
    markdownTable([columns.map((column) => column.heading), ...rows], { align, alignDelimiters: false }),
  );
}

/** A part that stays folded until the reader opens it. */
export function folded<const T extends string>(summary: Literal<T>, body: Markdown): Markdown {
  return trusted(`<details>\n<summary>${summary}</summary>\n\n${body}\n\n</details>`);
}

/** One bullet per item. */
export function bullets(items: readonly Markdown[]): Markdown {
  return joined(items.map((item) => md`- ${item}`), "\n");
}

/** A heading and its paragraphs; empty if all of these are, so that a report leaves the section out. */
export function section<const T extends string>(heading: Literal<T>, paragraphs: readonly Markdown[]): Markdown {
  const text = joined(paragraphs, "\n\n");
  return text === "" ? "" : joined([md`## ${trusted(heading)}`, text], "\n\n");
}

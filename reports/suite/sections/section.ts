/**
 * A section of a suite's report.
 *
 * @module
 */
import type { Markdown } from "../../page/markdown.ts";
import type { ReportData } from "../rows.ts";

/** A picture of a report. */
export interface Picture {
  /** Name of its SVG file next to `report.md`. */
  readonly file: Markdown;
  /** What it shows, for readers who can't see it. */
  readonly description: Markdown;
  /** The SVG; undefined if the data have nothing to draw. */
  readonly draw: (data: ReportData) => string | undefined | Promise<string | undefined>;
}

/** A part of a report with a heading. The report leaves it out if all its paragraphs are empty. */
export interface Section {
  readonly heading: Markdown | ((data: ReportData) => Markdown);
  readonly pictures?: readonly Picture[];
  /**
   * Its paragraphs in markdown.
   *
   * @param show The markdown that shows one of {@linkcode pictures}; empty if it was not drawn.
   */
  readonly paragraphs: (data: ReportData, show: (picture: Picture) => Markdown) => readonly Markdown[];
}

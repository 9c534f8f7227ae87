/**
 * A kind of run folders.
 *
 * @module
 */
import type { ReportFiles } from "./page/report_files.ts";

/** A kind of run folders, with a report of its own. */
export interface RunKind {
  /** The file that marks such a folder. */
  readonly file: string;
  /** What such a folder contains, for messages. */
  readonly contents: string;
  /**
   * Renders one report of all the folders.
   *
   * @throws {UserError} A folder can't be read, or the folders don't belong together.
   */
  readonly render: (folders: readonly string[]) => ReportFiles | Promise<ReportFiles>;
}

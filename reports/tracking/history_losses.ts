/**
 * What the report on a history says of results that are missing.
 *
 * @module
 */
import type { Losses, LostTrials } from "../../results/history/losses.ts";
import { counted, integer, listed } from "../page/format.ts";
import { escape, left, type Markdown, md, right, section, table } from "../page/markdown.ts";
import { commitCell } from "./commit_cell.ts";

/** For the start of the page; empty if the newest commits lack nothing. */
export function lossSentence({ newest, vanished }: Losses): Markdown {
  const sum = (count: (lost: LostTrials) => number) => newest.reduce((total, lost) => total + count(lost), 0);
  const failed = sum((lost) => lost.failed);
  const missing = sum((lost) => lost.missing);
  const parts = [
    ...(failed === 0 ? [] : [md`${counted(failed, "trial")} failed`]),
    ...(missing === 0
      ? []
      : [md`${counted(missing, "planned trial")} ${missing === 1 ? md`has` : md`have`} no result`]),
    ...(vanished.length === 0 ? [] : [
      md`${counted(vanished.length, "metric")} that earlier commits have ${
        vanished.length === 1 ? md`is` : md`are`
      } missing`,
    ]),
  ];
  return parts.length === 0 ? "" : md`**At the newest commit ${listed(parts)}.**`;
}

/** The tables of everything that is missing, at any commit. */
export function lossSections({ trials, thin, vanished }: Losses): Markdown[] {
  const what = (
    { suite, profile, variant }: { readonly suite: string; readonly profile: string; readonly variant: string },
  ) => escape(`${suite} (${profile}), ${variant}`);
  return [
    section("Trials without a result", [
      table(
        [
          left("commit"),
          left("suite and variant"),
          right("failed"),
          right("missing"),
          right("planned"),
          left("machine"),
        ],
        trials.map((lost) => [
          commitCell(lost.commit),
          what(lost),
          integer(lost.failed),
          integer(lost.missing),
          lost.planned === undefined ? md`not recorded` : integer(lost.planned),
          escape(lost.machine),
        ]),
      ),
    ]),
    section("Values over fewer trials than planned, or than their neighbours have", [
      table(
        [
          left("commit"),
          left("metric"),
          left("suite and variant"),
          right("trials"),
          right("instead of"),
          left("machine"),
        ],
        thin.map(({ series, point, expected }) => [
          commitCell(point),
          escape(series.metric),
          what(series),
          integer(point.trials ?? 0),
          integer(expected),
          escape(series.machine),
        ]),
      ),
    ]),
    section("Missing at the newest commit", [
      table(
        [left("metric"), left("suite and variant"), left("last measured"), left("newest commit"), left("machine")],
        vanished.map((lost) => [
          escape(lost.metric),
          what(lost),
          commitCell(lost.last),
          commitCell(lost.newest),
          escape(lost.machine),
        ]),
      ),
    ]),
  ];
}

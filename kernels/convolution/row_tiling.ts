/**
 * How a convolution, or its gradient with respect to the image, is divided among threads: one thread computes
 * neighbouring places of one row for some channels.
 *
 * @module
 */
import { MOST_CHANNELS, MOST_SUMS, tileSizes } from "../wgsl/cost.ts";
import { range, roundUp, type Width, widthOf, widthsOf } from "../wgsl/writer.ts";

/** What a thread computes, and how many threads there are. */
export interface RowTiling {
  /** Channels that are loaded, and stored, at once. */
  readonly loadWidth: Width;
  readonly storeWidth: Width;
  /** Places in the row, and vectors of channels that are stored. */
  readonly columns: number;
  readonly groups: number;
  readonly tilesInRow: number;
  /** Threads for each tile of channels, some of them perhaps past the last place: a whole number of subgroups. */
  readonly positions: number;
  readonly channelTiles: number;
}

/** The tilings of `rows` rows of `columns` places, with so many channels to load and to store. */
export function rowTilings(
  { rows, columns: inRow, loaded, stored, lanes }: {
    readonly rows: number;
    readonly columns: number;
    readonly loaded: number;
    readonly stored: number;
    readonly lanes: number;
  },
): RowTiling[] {
  const storeWidth = widthOf(stored);
  return widthsOf(loaded).flatMap((loadWidth) =>
    tileSizes(stored / storeWidth, MOST_CHANNELS / storeWidth).flatMap((groups) =>
      tileSizes(inRow, Math.floor(MOST_SUMS / groups / storeWidth)).map((columns) => {
        const tilesInRow = Math.ceil(inRow / columns);
        const channelTiles = Math.ceil(stored / storeWidth / groups);
        return {
          loadWidth,
          storeWidth,
          columns,
          groups,
          tilesInRow,
          positions: roundUp(tilesInRow * rows, lanes),
          channelTiles,
        };
      })
    )
  );
}

/** The places that `columns` neighbours, a stride apart, read with `taps` taps each, counted from the first. */
export function stretchOf({ columns, taps, stride }: { columns: number; taps: number; stride: number }): number[] {
  // With more stride than taps some places in between are not read.
  return [...new Set(range(columns).flatMap((column) => range(taps).map((tap) => column * stride + tap)))];
}

/**
 * How a product is divided among threads: by a small model of what its program costs.
 *
 * @module
 */
import { cheapest, MOST_SUMS, type ProgramCost, tileSizes } from "../wgsl/cost.ts";
import { sharedLoads } from "../wgsl/shared.ts";
import { roundUp, type Width, widthOf } from "../wgsl/writer.ts";

/** A product of `[rows, inner] x [inner, columns]` after transposition, on threads in subgroups of `lanes`. */
export type MatMulSize = {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly lanes: number;
};

/** What a thread computes, and how many threads there are. */
export interface MatMulTiling {
  /** Elements of the output that are stored at once. */
  readonly width: Width;
  /** Elements along the inner axis that a thread takes in one round. */
  readonly step: Width;
  readonly tileRows: number;
  readonly tileColumns: number;
  /** Threads along the rows, some of them perhaps past the last row. */
  readonly rowThreads: number;
  readonly columnThreads: number;
  /** The operand that the threads of a subgroup load together. */
  readonly shared: "a" | "b";
}

const MOST = { rows: 8, columns: 16 } as const;

/** The cheapest tiling of a product. */
export function matMulTiling(size: MatMulSize): MatMulTiling {
  return cheapest(tilings(size), (tiling) => matMulCost(tiling, size));
}

function tilings({ rows, inner, columns, transposeA, lanes }: MatMulSize): MatMulTiling[] {
  const width = widthOf(columns);
  // An operand stored along its outer axis is loaded in whole vectors of lines.
  const rowWidth = transposeA ? widthOf(rows) : 1;
  return (["b", "a"] as const).flatMap((shared) =>
    tileSizes(rows / rowWidth, MOST.rows / rowWidth).map((count) => count * rowWidth).flatMap((tileRows) =>
      tileSizes(columns / width, Math.floor(Math.min(MOST.columns, MOST_SUMS / tileRows) / width)).map(
        (groups) => {
          const tileColumns = groups * width;
          return {
            width,
            step: widthOf(inner),
            tileRows,
            tileColumns,
            rowThreads: roundUp(Math.ceil(rows / tileRows), shared === "b" ? lanes : 1),
            columnThreads: roundUp(Math.ceil(columns / tileColumns), shared === "a" ? lanes : 1),
            shared,
          };
        },
      )
    )
  );
}

/** What the program of a tiling does. */
export function matMulCost(
  { width, step, tileRows, tileColumns, rowThreads, columnThreads, shared }: MatMulTiling,
  { inner, lanes }: MatMulSize,
): ProgramCost {
  const [own, common] = shared === "b" ? [tileRows, tileColumns] : [tileColumns, tileRows];
  return {
    threads: rowThreads * columnThreads,
    rounds: inner / step,
    loads: step * own + sharedLoads(step * common / width, { width, lanes }),
    broadcasts: lanes === 1 ? 0 : step * common,
    products: step * tileRows * tileColumns,
    sums: tileRows * tileColumns,
  };
}

/**
 * From rows of the timing suite to the marks of its pictures.
 *
 * @module
 */
import type { GpuTimingRow, GpuTimingRun } from "../../results/rows/gpu_timings.ts";
import { roundsOf } from "../../results/rows/timings.ts";
import { type Bar, type BatchPoint, drawBars, drawByBatch } from "./gpu_charts.ts";
import { forwardNetworks, trainedNetworks } from "./gpu_layer_tables.ts";
import {
  ceilingsOf,
  convolutionShares,
  type Estimate,
  estimate,
  milliseconds,
  perSecond,
  phaseRows,
} from "./gpu_rows.ts";

/** Images per second by batch size; undefined if nothing was timed. */
export async function throughputPicture(run: GpuTimingRun): Promise<string | undefined> {
  return await byBatch(run, { axis: "images a second", of: perSecond });
}

/** Share of the multiply-add ceiling by batch size; undefined without ceilings. */
export async function utilisationPicture(run: GpuTimingRun): Promise<string | undefined> {
  const ceilings = ceilingsOf(run);
  if (!ceilings) return undefined;
  return await byBatch(run, {
    // Short, or it would be longer than its panel and push the title away.
    axis: "of the ceiling, %",
    of: (row) =>
      row.flops ? estimate(roundsOf(row).map((ms) => 100 * row.flops! / ms / ceilings.flopsPerMs)) : undefined,
  });
}

async function byBatch(
  run: GpuTimingRun,
  { axis, of }: { readonly axis: string; readonly of: (row: GpuTimingRow) => Estimate | undefined },
): Promise<string | undefined> {
  const points = phaseRows(run).flatMap(({ title, batch, phases }) =>
    ([["training", "step"], ["inference", "forward"]] as const).flatMap(([series, phase]): BatchPoint[] => {
      const row = phases.get(phase);
      const estimated = row && row.wall_ms !== null ? of(row) : undefined;
      if (!estimated) return [];
      return [{ name: title, series, batch, value: estimated.value, ...estimated.interval }];
    })
  );
  return points.length === 0 ? undefined : await drawByBatch(points, axis);
}

/** Every layer's forward pass and its forward pass with gradients; undefined if none was timed. */
export async function layerPicture(run: GpuTimingRun): Promise<string | undefined> {
  const bars = trainedNetworks(run).flatMap(({ title, batch, layers }) =>
    layers.flatMap(({ forward, gradients }) =>
      ([["forward", forward], ["forward and backward", gradients]] as const).flatMap(([series, row]): Bar[] => {
        const estimated = milliseconds(row);
        if (!estimated) return [];
        const { value, interval } = estimated;
        return [{ panel: `${title}, batch ${batch}`, name: forward.layer, series, value, interval }];
      })
    )
  );
  return bars.length === 0 ? undefined : await drawBars(bars, "milliseconds (95% interval)");
}

/** The convolutions' share of parameters, multiply-accumulates and forward time; undefined if nothing was counted. */
export async function convolutionPicture(run: GpuTimingRun): Promise<string | undefined> {
  const bars = forwardNetworks(run).flatMap((network): Bar[] => {
    const { parameters, macs, time } = convolutionShares(network);
    const name = `${network.title}, batch ${network.batch}`;
    const panel = "Convolutions' share of";
    const exact = [["parameters", parameters], ["multiply-accumulates", macs]] as const;
    return [
      ...exact.map(([series, value]) => ({ panel, name, series, value: 100 * value })),
      ...(time
        ? [{
          panel,
          name,
          series: "forward time",
          value: 100 * time.value,
          interval: { low: 100 * time.interval.low, high: 100 * time.interval.high },
        }]
        : []),
    ];
  });
  return bars.length === 0 ? undefined : await drawBars(bars, "% (95% interval)");
}

/**
 * Tables of the timing suite's report: the networks of ImageNet, and the share of convolutions in them.
 *
 * @module
 */
import type { Published } from "../../data/published.ts";
import type { GpuTimingRun } from "../../results/rows/gpu_timings.ts";
import { cell, integer, NOT_AVAILABLE } from "../page/format.ts";
import { escape, folded, left, type Markdown, md, right, table, trusted } from "../page/markdown.ts";
import { forwardNetworks, rates } from "./gpu_layer_tables.ts";
import {
  ceilingsOf,
  convolutionShares,
  estimate,
  gigaflops,
  isTimed,
  type LayeredNetwork,
  milliseconds,
  sumOfLayers,
} from "./gpu_rows.ts";
import { megabytes, range, share } from "./gpu_tables.ts";

/** Published counts by network, as ids of `data/published.csv`. */
const PUBLISHED: Readonly<Record<string, { readonly parameters: string; readonly macs?: string }>> = {
  alexnet: { parameters: "alexnet.params_60M" },
  "alexnet-ungrouped": { parameters: "alexnet.params_623" },
  vgg16: { parameters: "vgg.t2.D" },
  googlenet: { parameters: "googlenet.params", macs: "googlenet.macs" },
  resnet18: { parameters: "resnet.params.18", macs: "resnet.macs.18" },
  resnet34: { parameters: "resnet.params.34", macs: "resnet.macs.34" },
  resnet50: { parameters: "resnet.params.50", macs: "resnet.macs.50" },
};

/** The batch size in the slides' sum of AlexNet's activations. */
const SLIDES_BATCH = 128;

/** Counts next to the published ones, then times. */
export function imageNetParagraphs(run: GpuTimingRun, published: readonly Published[]): Markdown[] {
  const networks = forwardNetworks(run);
  if (networks.length === 0) return [];
  const value = (id: string | undefined) => published.find((row) => row.id === id)?.value;
  // A network that was timed with several batches is counted once.
  const counted = [...new Map(networks.map((network) => [network.subject, network])).values()];
  return [
    table(
      [
        left("network"),
        right("parameters"),
        right("published"),
        right("millions of multiply-accumulates"),
        right("published"),
        right("parameters, MB"),
        right(md`activations at batch ${SLIDES_BATCH}, MB`),
        right("convolutions: parameters, %"),
        right("multiply-accumulates, %"),
      ],
      counted.map((network) => {
        const row = network.whole.get("forward")!;
        const shares = convolutionShares(network);
        const ids = PUBLISHED[network.subject];
        return [
          escape(network.title),
          cell(row.parameters, integer),
          cell(value(ids?.parameters), integer),
          cell(row.macs && row.macs / 1e6, integer),
          ids?.macs === undefined ? "" : cell(value(ids.macs), (macs) => integer(macs / 1e6)),
          cell(row.parameters && 4 * row.parameters, megabytes),
          cell(row.activation_bytes && SLIDES_BATCH * row.activation_bytes, megabytes),
          share(shares.parameters),
          share(shares.macs),
        ];
      }),
    ),
    slideSum(counted, published),
    md`The convolutions' share of the forward pass, by the sum of the layers. Each is timed alone; of layers that are exactly
      alike, only one is timed:`,
    table(
      [
        left("network"),
        right("batch"),
        right("forward, ms (95%)"),
        right("on the device, ms"),
        right("GFLOP/s"),
        right("images a second"),
        right("sum of the layers, ms"),
        right("unattributed, ms"),
        right("convolutions: time, % (95%)"),
      ],
      networks.map((network) => {
        const row = network.whole.get("forward")!;
        const rounds = sumOfLayers(network.layers.map(({ forward }) => forward));
        const sum = rounds && estimate(rounds).value;
        const { time } = convolutionShares(network);
        return [
          escape(network.title),
          integer(network.batch),
          range(milliseconds(row)),
          cell(row.gpu_ms),
          cell(gigaflops(row)),
          cell(row.wall_ms && 1000 * row.batch / row.wall_ms),
          cell(sum),
          cell(sum !== undefined && row.wall_ms ? row.wall_ms - sum : undefined),
          time
            ? md`**${share(time.value)}** (${share(time.interval.low)} to ${share(time.interval.high)})`
            : NOT_AVAILABLE,
        ];
      }),
    ),
    ...networks.filter(({ layers }) => layers.some(({ forward }) => isTimed(forward))).map((network) =>
      folded(md`${escape(network.title)}, batch ${integer(network.batch)}: its layers`, forwardLayers(network, run))
    ),
  ];
}

/** AlexNet's activations as the slides sum them. */
function slideSum(networks: readonly LayeredNetwork[], published: readonly Published[]): Markdown {
  const alexNet = networks.find(({ subject }) => subject === "alexnet");
  const total = alexNet?.whole.get("forward")?.activation_bytes;
  const last = alexNet?.layers.findLast(({ forward }) => forward.layer_kind === "max_pool")?.forward.activation_bytes;
  const slides = ["alexnet.param_mb", "alexnet.activation_mb"].map((id) => published.find((row) => row.id === id));
  if (!total || !last || !slides[0] || !slides[1]) return "";
  return md`The slides give AlexNet ${integer(slides[0].value)} MB of parameters, from the paper's 60 million, and
    ${integer(slides[1].value)} MB of activations; summed as they do, with the input and without the output of the last
    pooling, the activations here are ${
    trusted((SLIDES_BATCH * (total - last) / 1e6).toFixed(1))
  } MB. Counts include no auxiliary
    classifiers and no dropout; a batch norm counts its scale and shift. GoogLeNet's published 6.8 million is from its
    paper's table, which leaves out biases and in some rows differs from what the sizes give.`;
}

function forwardLayers({ layers }: LayeredNetwork, run: GpuTimingRun): Markdown {
  const ceilings = ceilingsOf(run);
  return table(
    [
      left("layer"),
      left("kind"),
      right("alike"),
      right("parameters each"),
      right("ms each (95%)"),
      right("on the device, ms"),
      right("GFLOP/s"),
      right("GB/s"),
      right("of the ceiling, %"),
    ],
    layers.map(({ forward }) => [
      escape(forward.layer),
      escape(forward.layer_kind.replaceAll("_", " ")),
      md`${forward.times}`,
      cell(forward.parameters, integer),
      range(milliseconds(forward)),
      cell(forward.gpu_ms),
      ...rates(forward, ceilings),
    ]),
  );
}

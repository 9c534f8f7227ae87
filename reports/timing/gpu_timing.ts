/**
 * The report of the timing suite, made only from `gpu_timings.csv` files and `data/published.csv`: the same files give
 * the same bytes.
 *
 * @module
 */
import { type Published, readPublished } from "../../data/published.ts";
import type { GpuTimingRun } from "../../results/rows/gpu_timings.ts";
import { TABLES } from "../../results/rows/list.ts";
import { readTable } from "../../results/rows/table.ts";
import { roundsOf } from "../../results/rows/timings.ts";
import { counted, integer, measure, names, percent } from "../page/format.ts";
import { bullets, escape, folded, joined, type Markdown, md, section, trusted } from "../page/markdown.ts";
import type { ReportFiles } from "../page/report_files.ts";
import type { RunKind } from "../run_kind.ts";
import type { CombinedPart } from "../suite/combined.ts";
import { environmentTable } from "./environment.ts";
import { imageNetParagraphs } from "./gpu_imagenet_tables.ts";
import { absenceItems, forwardNetworks, layerParagraphs } from "./gpu_layer_tables.ts";
import { convolutionPicture, layerPicture, throughputPicture, utilisationPicture } from "./gpu_pictures.ts";
import { adapterOf, ceilingsOf, convolutionShares, isTimed, phaseRows } from "./gpu_rows.ts";
import {
  batchParagraphs,
  comparisonParagraphs,
  costParagraphs,
  latencyParagraphs,
  lenet1Rates,
  share,
  thenAndNow,
  utilisation,
} from "./gpu_tables.ts";

const TITLE = "Time on the GPU";

/** Pictures of a run by file name. */
type Pictures = ReadonlyMap<string, string>;

/** Runs of `deno task bench gpu_timing`. */
export const GPU_TIMING_RUNS: RunKind = {
  file: TABLES.gpuTimings.file,
  contents: "timings of the GPU",
  render: (folders) => renderGpuReport(folders.map((folder) => readTable(TABLES.gpuTimings, folder)), readPublished()),
};

/** Renders `report.md` and its pictures for the given runs, one after the other. */
export async function renderGpuReport(
  runs: readonly GpuTimingRun[],
  published: readonly Published[],
): Promise<ReportFiles> {
  const pictures: Pictures[] = [];
  for (const [index, run] of runs.entries()) pictures.push(await draw(run, index));
  const notices = joined(runs.flatMap(noticesOf).map((text) => md`> **Notice.** ${escape(text)}`), "\n>\n");
  const parts = [
    md`# ${escape(TITLE)}`,
    md`How fast does this adapter train and run the networks, what holds it back, and do convolutions take 95% of AlexNet's
      time?`,
    notices,
    ...runs.map((run) => answer(run, published)),
    ...runs.flatMap((run, index) => sections(run, { published, pictures: pictures[index]! })),
    section("How it was measured", METHOD),
    section("Environment", environmentParagraphs(runs)),
  ];
  const text = joined(parts, "\n\n") + "\n";
  return new Map([["report.md", text], ...pictures.flatMap((files) => [...files])]);
}

/** The part of a combined page. */
export function gpuTimingPart(
  run: GpuTimingRun,
  { published, ...where }: { readonly published: readonly Published[] } & Pick<CombinedPart, "link">,
): CombinedPart {
  return { title: TITLE, answer: answer(run, published), ...where };
}

/** A run's pictures; from the second run on, their names have its number. */
async function draw(run: GpuTimingRun, index: number): Promise<Pictures> {
  const drawn = {
    throughput: await throughputPicture(run),
    utilisation: await utilisationPicture(run),
    layers: await layerPicture(run),
    convolutions: await convolutionPicture(run),
  };
  const suffix = index === 0 ? "" : md`_${index + 1}`;
  return new Map(
    Object.entries(drawn).flatMap(([name, svg]) => svg === undefined ? [] : [[`${name}${suffix}.svg`, svg] as const]),
  );
}

function sections(
  run: GpuTimingRun,
  { published, pictures }: { readonly published: readonly Published[]; readonly pictures: Pictures },
): Markdown[] {
  const where = escape(adapterOf(run));
  const picture = (name: string, description: Markdown): Markdown => {
    const file = [...pictures.keys()].find((file) => file.startsWith(name));
    return file === undefined ? "" : md`![${description}](${trusted(file)})`;
  };
  const absences = absenceItems(run);
  return [
    section(md`By batch size on ${where}`, [
      picture("throughput", md`Images a second by batch size, one panel per network`),
      picture("utilisation", md`Share of the multiply-add ceiling by batch size, one panel per network`),
      ...batchParagraphs(run),
    ]),
    section(md`Compared with 1990 on ${where}`, thenAndNow(run, published)),
    section(md`Layer by layer on ${where}`, [picture("layers", md`Milliseconds per layer`), ...layerParagraphs(run)]),
    section(md`AlexNet and its successors on ${where}`, [
      picture("convolutions", md`Convolutions' share of parameters, multiply-accumulates and time`),
      ...imageNetParagraphs(run, published),
    ]),
    section(md`One step in several forms on ${where}`, comparisonParagraphs(run)),
    section(md`One image, and the first step, on ${where}`, latencyParagraphs(run)),
    section(md`What the device costs and can do: ${where}`, costParagraphs(run)),
    absences.length === 0 ? "" : section(md`Not available on ${where}`, [folded("What, and why", bullets(absences))]),
  ];
}

/** The main findings on one adapter. */
function answer(run: GpuTimingRun, published: readonly Published[]): Markdown {
  return joined([speedSentence(run, published), convolutionSentence(run, published)], " ");
}

function speedSentence(run: GpuTimingRun, published: readonly Published[]): Markdown {
  const { alone, best, batch } = lenet1Rates(run);
  const then = published.find(({ id }) => id === "lecun90.throughput_norm")?.value;
  const ceilings = ceilingsOf(run);
  const steps = phaseRows(run).flatMap(({ title, batch, phases }) => {
    const step = phases.get("step");
    const used = step && utilisation(step, ceilings);
    return used === undefined ? [] : [{ title, batch, used }];
  });
  if (!best || batch === undefined || then === undefined || steps.length === 0) return "";
  const most = steps.reduce((most, each) => each.used > most.used ? each : most);
  return md`On ${escape(adapterOf(run))} LeNet-1 reads
    ${alone ? md`**${measure(alone.value)} digits a second** one at a time and ` : ""}**${measure(best.value)}${
    alone ? "" : md` digits a second`
  }** in batches of ${integer(batch)}, against ${integer(then)} in 1990, and the network that
    comes nearest to the adapter's multiply-add ceiling in training, ${escape(most.title)} in batches of
    ${integer(most.batch)}, reaches **${share(most.used)}%** of it.`;
}

function convolutionSentence(run: GpuTimingRun, published: readonly Published[]): Markdown {
  const claim = (id: string) => published.find((row) => row.id === id)?.value;
  const [parameters, time] = [claim("alexnet.conv_param_share"), claim("alexnet.conv_time_share")];
  const nets = forwardNetworks(run).filter(({ subject }) => subject.startsWith("alexnet"));
  const found = nets.map((network) => ({ network, shares: convolutionShares(network) }));
  if (parameters === undefined || time === undefined || found.length === 0) return "";
  const measured = found.map(({ network: { title, batch, layers }, shares }) => {
    const counts = md`${escape(title)} ${share(shares.parameters)}% of the parameters, ${share(shares.macs)}% of the
      multiply-accumulates`;
    if (shares.time === undefined) return md`${counts} and a share of the time that is not available`;
    const { value, interval: { low, high } } = shares.time;
    const rounds = Math.min(...layers.map(({ forward }) => roundsOf(forward).length));
    const verdict = rounds < ENOUGH_ROUNDS
      ? "too few to compare with"
      : 100 * high < time
      ? "less than"
      : 100 * low > time
      ? "more than"
      : "not distinguishable from";
    return md`${counts} and **${share(value)}%** (${share(low)} to ${share(high)}) of the forward time at batch
      ${integer(batch)} by the median of ${counted(rounds, "round")}, ${escape(verdict)} the claim`;
  });
  return md`The slides claim that convolutions have ${integer(parameters)}% of AlexNet's parameters and take
    ${integer(time)}% of its time; measured here: in ${joined(measured, "; in ")}.`;
}

/** With fewer rounds than this the bootstrap's intervals are too narrow. */
const ENOUGH_ROUNDS = 6;

/** Results that differ by more than this, relative to the largest value, are not explained by rounding. */
const SAME_RESULTS = 0.01;

/** Sentences that are not escaped yet. */
function noticesOf(run: GpuTimingRun): string[] {
  const timed = run.rows.filter(isTimed).filter(({ kind }) => kind !== "first_step");
  const few = timed.filter((row) => roundsOf(row).length < ENOUGH_ROUNDS);
  const other = run.rows.filter(({ difference }) => difference !== null && difference > SAME_RESULTS);
  return [
    ...run.notices,
    ...(few.length > 0
      ? [
        `${counted(few.length, "value")} of ${timed.length} have fewer than ${ENOUGH_ROUNDS} rounds (${
          names([...new Set(few.map(({ title }) => title))])
        }): their intervals are too narrow. The paper profile takes more.`,
      ]
      : []),
    ...(other.length > 0
      ? [
        `The results of the stock kernels differ from those of the tuned ones, which are tested against the cpu backend, in ${
          names(other.map(({ title, difference }) => `${title} (${percent(100 * difference!)}%)`))
        }: their times there are not for the same work.${/llvmpipe/i.test(adapterOf(run)) ? ` ${LLVMPIPE}` : ""}`,
      ]
      : []),
  ];
}

const LLVMPIPE = md`Mesa's llvmpipe stops a shader's loops after 65,535 iterations in total (seen with 22.3.6), and
  TensorFlow.js's gradient of a convolution's kernel needs more: work that is left undone takes no time.`;

const METHOD: readonly Markdown[] = [
  md`Everything is warmed up first, until it is compiled, uploaded and recorded. Then everything in one table row, or of one
    network and batch size, is timed alternately in rounds that start with a different one each time. A round runs a number
    of times and waits for the device, then runs twice that number; the time is the difference, which contains no waiting.
    Times are medians over the rounds with a 95% interval (percentile bootstrap). No round is left out: outliers are in the
    CSV file and in the intervals. An interval covers what changes from round to round in one run, not from one machine or
    day to the next.`,
  md`A forward pass, a forward pass with its gradients and the optimiser are recorded once and replayed, like a training
    step, so that their times are mostly the device's work and little of JavaScript's; backward is the difference of the
    first two in the same rounds. A step includes the upload of the batch and the loss as well. A layer is timed as a
    network of its own on random input of its shape; its gradients include those of its input if something before it
    learns. The difference between the whole and its parts is shown as unattributed; it may be negative, since a layer
    timed alone finds its input in the caches.`,
  md`Time on the device is by its own time stamps around every compute pass, for up to five runs that are read back
    together, separately from the timed rounds. Operations count a multiply-add as two, and padding as if it were
    multiplied; bytes are the fewest that can be read and written. The ceilings are measured in the same run; a layer's
    share is the least time that they allow for its operations and bytes over the time that it took.`,
  md`The networks of ImageNet have random weights and only run forward, in the shapes of their papers: a batch norm is the
    scale and shift that it is outside training, and a fully connected layer with more weights than the adapter can bind
    is split into equal parts. The clock's smallest step is listed among the costs; every other value is many times as
    long. The first step runs on a fresh device, with Mesa's shader cache on disk switched off; the calls that make the
    pipelines are listed separately, but a driver may do more of the compiling at the first dispatch. What could not be
    measured, or would take longer than the profile allows, is \`not available\`, with its reason.`,
];

/** The environment, one column per run. */
function environmentParagraphs(runs: readonly GpuTimingRun[]): Markdown[] {
  return [
    environmentTable(runs, {
      time: [
        md`started and finished`,
        ({ rows }) => joined([rows.at(0), rows.at(-1)].map((row) => escape(row?.finished ?? "")), " to "),
      ],
    }),
    md`The command that repeats it: \`deno task bench gpu_timing --profile\` with the profile above.`,
  ];
}

/**
 * The report's table of training speed.
 *
 * @module
 */
import { median } from "simple-statistics";
import { adapterWords } from "../../../base/graphics_api.ts";
import type { TrialRow } from "../../../results/rows/trials.ts";
import { integer, measure, names } from "../../page/format.ts";
import { escape, left, type Markdown, md, right, table } from "../../page/markdown.ts";
import type { ReportData } from "../rows.ts";
import type { Section } from "./section.ts";

/** Times and rates of training. */
export const SPEED: Section = { heading: md`Speed`, paragraphs: speedParagraphs };

/** Training speed, as medians over the finished trials, and the machines. */
function speedParagraphs({ rows }: ReportData): Markdown[] {
  const timed = rows.flatMap((row) => {
    const done = row.trials.filter((trial) => trial.status === "done");
    const [first] = done;
    return first === undefined ? [] : [{ row, done, first, machine: machine(first) }];
  });
  if (timed.length === 0) return [];
  const machines = [...new Set(timed.map((each) => each.machine))];
  const columns = [
    left("network"),
    left("recipe"),
    right("machine"),
    right("batch"),
    right("images/s in training"),
    right("first step, s"),
    right("training, s"),
    right("forward-pass memory, MiB"),
    right("trials"),
  ];
  return [
    md`Medians over the finished trials. Training time includes the first step, which compiles the shaders. Memory is
      that of all tensors at the end of a step's forward pass, when weights and activations are alive. The times include
      whatever else the machine did during a run: \`deno task bench kernels\` compares speeds.
      ${names(machines.map((text, index) => md`Machine ${index + 1}: ${text}`))}.`,
    table(
      columns,
      timed.map(({ row, done, first, machine }) => [
        escape(row.name),
        escape(row.series),
        integer(machines.indexOf(machine) + 1),
        integer(first.batch),
        middle(done, (trial) => trial.images_per_second),
        middle(done, (trial) => trial.first_step_seconds),
        middle(done, (trial) => trial.train_seconds),
        middle(done, (trial) => trial.peak_bytes === null ? null : trial.peak_bytes / 2 ** 20),
        integer(done.length),
      ]),
    ),
  ];
}

/** What speed depends on, apart from the network. */
function machine({ adapter, api, adapter_kind, backend, kernels }: TrialRow): Markdown {
  return md`${escape(adapterWords({ adapter, api })) || md`no adapter`}, ${escape(adapter_kind)}, backend ${
    escape(backend)
  }, ${escape(kernels)} kernels`;
}

/** The median of what was measured; empty if nothing was. */
function middle(trials: readonly TrialRow[], read: (trial: TrialRow) => number | null): Markdown {
  const values = trials.flatMap((trial) => read(trial) ?? []);
  return values.length === 0 ? "" : measure(median(values));
}

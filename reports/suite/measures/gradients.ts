/**
 * How large the gradient is from the first layer to the last, before and after training.
 *
 * @module
 */
import { mean } from "simple-statistics";
import type { GradientRow } from "../../../results/rows/gradients.ts";
import { scientific } from "../../page/format.ts";
import { escape, folded, left, type Markdown, md, right, table } from "../../page/markdown.ts";
import { drawPanels, type Panel } from "../../page/panel_chart.ts";
import { readFamilies } from "../families.ts";
import type { ReportData, ReportRow } from "../rows.ts";
import type { Picture, Section } from "../sections/section.ts";

const NORMS: Picture = {
  file: md`gradients.svg`,
  description: md`Gradient by layer, before and after training, one panel per network`,
  draw: gradientPicture,
};

/** How large the gradient is, layer by layer. */
export const GRADIENTS: Section = {
  heading: md`Gradients`,
  pictures: [NORMS],
  paragraphs: (data, show) => gradientParagraphs(data, show(NORMS)),
};

const MOMENTS: readonly { readonly moment: GradientRow["moment"]; readonly title: Markdown }[] = [
  { moment: "start", title: md`before the first step` },
  { moment: "end", title: md`after the last` },
];

/** The parameters that are compared from layer to layer: weights, not biases or slopes. */
const WEIGHTS = "/weights";

/** Gradients of one parameter over the seeds. */
interface Norms {
  readonly parameter: string;
  readonly position: number;
  readonly values: readonly number[];
}

/**
 * The ratio of the first layer's gradient to the last's, the picture, and every norm; empty if none was measured.
 */
function gradientParagraphs(data: ReportData, picture: Markdown): Markdown[] {
  const measured = readFamilies(data.rows, gradientsOf);
  if (measured.length === 0) return [];
  const cells = (read: (row: ReportRow, moment: GradientRow["moment"]) => Markdown) =>
    measured.flatMap(({ title, arms }) =>
      arms.map(({ name, row }) => [
        escape(title),
        escape(name),
        ...MOMENTS.map(({ moment }) => read(row, moment)),
      ])
    );
  const headings = MOMENTS.map(({ title }) => right(title));
  return [
    md`Root mean square over a layer's weights of the gradient of the mean loss. If it is much smaller in the first
      layer than in the last, it vanishes on its way back. The first layer's over the last layer's, mean over the seeds and range:`,
    table([left("network"), left("arm"), ...headings], cells(ratioCell)),
    picture,
    picture === "" ? "" : md`Lines are means over the seeds, bars show their range. Layers are
        in order from input to output; values below a millionth of the largest are drawn at that millionth.`,
    folded("Gradients of every parameter", parameterTable(data.rows)),
  ];
}

/** Gradient by layer: one panel per family and moment; undefined if none was measured. */
async function gradientPicture({ rows }: ReportData): Promise<string | undefined> {
  const measured = readFamilies(rows, gradientsOf);
  const panels = measured.flatMap(({ title: family, arms }) =>
    MOMENTS.map(({ moment, title }): Panel => {
      const norms = arms.flatMap(({ name, row }) => layers(row, moment).map((layer) => ({ arm: name, ...layer })));
      return {
        title: `${family}: ${title}`,
        axis: "layer",
        points: norms.toSorted((a, b) => a.position - b.position).map(({ arm, parameter, values }) => ({
          arm,
          x: parameter.slice(0, -WEIGHTS.length),
          value: mean([...values]),
          low: Math.min(...values),
          high: Math.max(...values),
        })),
      };
    })
  ).filter(({ points }) => points.length > 0);
  return panels.length === 0
    ? undefined
    : await drawPanels(panels, { columns: MOMENTS.length, axis: "gradient (RMS)", scale: "log" });
}

function gradientsOf({ gradients }: ReportRow): readonly GradientRow[] | undefined {
  return gradients.length === 0 ? undefined : gradients;
}

/** The weights of all layers, first to last. */
function layers(row: ReportRow, moment: GradientRow["moment"]): readonly Norms[] {
  return parameters(row, moment).filter(({ parameter }) => parameter.endsWith(WEIGHTS));
}

function parameters({ gradients }: ReportRow, moment: GradientRow["moment"]): readonly Norms[] {
  const rows = gradients.filter((row) => row.moment === moment);
  return [...Map.groupBy(rows, ({ parameter }) => parameter)].map(([parameter, group]) => ({
    parameter,
    position: group[0]?.position ?? 0,
    values: group.toSorted((a, b) => a.seed - b.seed).map(({ rms }) => rms),
  })).toSorted((a, b) => a.position - b.position);
}

function ratioCell(row: ReportRow, moment: GradientRow["moment"]): Markdown {
  const norms = layers(row, moment);
  const [first, last] = [norms[0], norms.at(-1)];
  if (first === undefined || last === undefined || first === last) return "";
  const ratios = first.values.map((value, index) => value / (last.values[index] ?? NaN)).filter(Number.isFinite);
  if (ratios.length === 0) return md`not defined`;
  const range = ratios.length > 1
    ? md` (${scientific(Math.min(...ratios))} to ${scientific(Math.max(...ratios))})`
    : "";
  return md`${scientific(mean(ratios))}${range}`;
}

function parameterTable(rows: readonly ReportRow[]): Markdown {
  const columns = [left("network"), left("arm"), left("parameter"), ...MOMENTS.map(({ title }) => right(title))];
  return table(
    columns,
    readFamilies(rows, gradientsOf).flatMap(({ title, arms }) =>
      arms.flatMap(({ name, row }) => {
        const byMoment = MOMENTS.map(({ moment }) => parameters(row, moment));
        return [...new Set(byMoment.flat().map(({ parameter }) => parameter))].map((parameter) => [
          escape(title),
          escape(name),
          escape(parameter),
          ...byMoment.map((norms) => {
            const found = norms.find((each) => each.parameter === parameter);
            return found === undefined ? "" : scientific(mean([...found.values]));
          }),
        ]);
      })
    ),
  );
}

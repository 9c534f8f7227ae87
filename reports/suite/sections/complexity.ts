/**
 * How large each network is, and error against size.
 *
 * @module
 */
import type { Published } from "../../../data/published.ts";
import type { VariantRow } from "../../../results/rows/variants.ts";
import { integer, listed, signed } from "../../page/format.ts";
import { bullets, escape, left, type Markdown, md, right, table } from "../../page/markdown.ts";
import { complexityPicture } from "../charts/complexity.ts";
import { parameterFigures } from "../references.ts";
import type { ReportData } from "../rows.ts";
import type { Picture, Section } from "./section.ts";

const ERROR_BY_SIZE: Picture = {
  file: md`complexity.svg`,
  description: md`Error against parameters, one point per network trained alike`,
  draw: complexityPicture,
};

/** Counts of each network, and error against parameters. */
export const COMPLEXITY: Section = {
  heading: md`Complexity`,
  pictures: [ERROR_BY_SIZE],
  paragraphs: (data, show) => [...complexityTable(data), show(ERROR_BY_SIZE)],
};

/** Exact counts next to published figures, one row per network. */
function complexityTable({ rows, published }: ReportData): Markdown[] {
  const networks = new Map(rows.map(({ variant }) => [`${variant.model} ${variant.parameters}`, variant]));
  const variants = [...networks.values()];
  const columns = [
    left("network"),
    left("layers"),
    right("parameters"),
    right("connections"),
    right("multiply-accumulates"),
    left("published parameters"),
  ];
  const figures = (variant: VariantRow) => parameterFigures(variant, published);
  return [
    table(
      columns,
      variants.map((variant) => [
        escape(variant.model_title),
        escape(variant.architecture),
        integer(variant.parameters),
        integer(variant.connections),
        integer(variant.macs),
        listed(figures(variant).map((figure) => integer(figure.value))),
      ]),
    ),
    bullets(
      variants.flatMap((variant) =>
        figures(variant).filter((figure) => figure.value !== variant.parameters).map((figure) => gap(variant, figure))
      ),
    ),
  ];
}

/** A published count next to the exact one, and why they differ. */
function gap({ parameters }: VariantRow, { system, value, protocol, source }: Published): Markdown {
  const off = signed(100 * (value - parameters) / parameters);
  // The note repeats the exact count for programs that look for it.
  const note = protocol.replace(/(^|; )exact=\d+(?:[;,] |$)/, "$1").replace(/; $/, "");
  return md`${escape(system)}: published as ${integer(value)}, here ${integer(parameters)} (${off}%)${
    note === "" ? "" : md`: ${escape(note)}`
  } (${escape(source)})`;
}

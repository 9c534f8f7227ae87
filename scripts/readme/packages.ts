/**
 * What each package of `deno.json` is for, and why it was chosen.
 *
 * @module
 */

/** Packages that serve one purpose. */
export interface Purpose {
  /** Names as in `deno.json`, without a slash at the end. */
  readonly packages: readonly string[];
  readonly purpose: string;
  readonly reason: string;
}

/** In the order of the table in `docs/dependencies.md`. */
export const PURPOSES: readonly Purpose[] = [
  {
    packages: ["@tensorflow/tfjs", "@tensorflow/tfjs-backend-webgpu"],
    purpose: "networks, gradients, WebGPU",
    reason: "asked for by name",
  },
  {
    packages: ["csv-parse", "csv-stringify"],
    purpose: "CSV",
    reason: "replaces `@std/csv`, which is only on JSR; escapes formulas",
  },
  { packages: ["zod"], purpose: "row types", reason: "one schema checks what is written and what is read" },
  {
    packages: ["@optique/core", "@optique/run"],
    purpose: "command line",
    reason: "replaces cliffy, which is only on JSR; typed, with help and suggestions",
  },
  {
    packages: ["pure-rand"],
    purpose: "random numbers",
    reason: "small, fast generators that can be seeded and replayed",
  },
  {
    packages: ["simple-statistics"],
    purpose: "mean, deviation",
    reason: "well maintained, no dependencies of its own",
  },
  { packages: ["vega", "vega-lite"], purpose: "charts", reason: "SVG without a browser" },
  { packages: ["markdown-table"], purpose: "tables", reason: "aligned and escaped" },
  {
    packages: ["fast-check"],
    purpose: "property tests and fuzzers",
    reason: "shrinks a failing input; assertions come from `node:assert`, since `@std/assert` is only on JSR",
  },
  { packages: ["yaml"], purpose: "tests of the CI workflow", reason: "reads YAML 1.2; no dependencies of its own" },
];

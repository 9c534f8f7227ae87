/**
 * Distorted images, as `data/distortion/distort.ts` defines them.
 *
 * A thread follows a column of one image from top to bottom: its elastic displacements are sums of a few numbers that
 * all its pixels share, times factors that are known when the shader is written. Those numbers, a column's smoothed
 * noise along its first axis, are computed first, by one thread per line of noise.
 *
 * @module
 */
import { DISTORTION_SIZE } from "../../data/distortion/distort.ts";
import { smoothingFactor } from "../../data/distortion/elastic.ts";
import { areFloats, type ProgramKind, runProgram, type TunedKernel } from "../wgsl/program.ts";
import { coordinates, element, range, unroll } from "../wgsl/writer.ts";

type Images = {
  readonly images: number;
  readonly height: number;
  readonly width: number;
};

type Fields = Images & { readonly sigma: number };

/** `sigma` 0: no displacement beyond the affine one. */
type Distortion = Fields & { readonly background: number };

/** Rounded up to whole vectors; the numbers past the last are 0. */
function vectorsOf(rank: number): number {
  return Math.ceil(rank / 4);
}

/** `L_columns N'`: [images, 2 axes, columns, lines of noise]. */
const fieldsProgram: ProgramKind<Fields> = {
  name: "distortionFields",
  build({ images, height, width, sigma }) {
    const lines = smoothingFactor(height, sigma)[0]!.length;
    const columns = smoothingFactor(width, sigma);
    const rank = columns[0]!.length;
    const paddedLines = 4 * vectorsOf(lines);
    return {
      outputShape: [images, 2, width, paddedLines],
      outputWidth: 1,
      inputs: [{ name: "distortions", width: 1 }],
      threads: images * 2 * paddedLines,
      body: `
  ${coordinates("index", [["line", paddedLines], ["axis", 2], ["image", images]])}
  let seed = u32(distortions[image * ${DISTORTION_SIZE} + 6]);
  let first = u32((axis * ${lines} + line) * ${rank});
  ${
        unroll(rank, (j) =>
          `var h${j} = seed ^ ((first + ${j + 1}u) * 0x9e3779b9u);
  h${j} = (h${j} ^ (h${j} >> 16u)) * 0x85ebca6bu;
  h${j} = (h${j} ^ (h${j} >> 13u)) * 0xc2b2ae35u;
  h${j} ^= h${j} >> 16u;
  let n${j} = select(0.0, f32((h${j} & 255u) + ((h${j} >> 8u) & 255u) + ((h${j} >> 16u) & 255u) + (h${j} >> 24u)) / 255.0 - 2.0,
    line < ${lines});`)
      }
  let at = (image * 2 + axis) * ${width * paddedLines} + line;
  ${
        unroll(width, (x) =>
          `result[at + ${x * paddedLines}] = ${
            range(rank).map((j) =>
              `n${j} * ${literal(columns[x]![j]!)}`
            ).join(" + ")
          };`)
      }`,
    };
  },
};

const distortProgram: ProgramKind<Distortion> = {
  name: "distort",
  build({ images, height, width, background, sigma }) {
    const rows = sigma === 0 ? undefined : smoothingFactor(height, sigma);
    const vectors = rows ? vectorsOf(rows[0]!.length) : 0;
    // The factors of a row, times the vectors of the column's numbers along an axis.
    const displacement = (axis: number, y: number) =>
      rows![y]!.map((factor, k) =>
        `${literal(factor)} * ${element(`f${axis}_${Math.floor(k / 4)}`, { at: k % 4, width: 4 })}`
      ).join(" + ");
    return {
      outputShape: [images, height, width, 1],
      outputWidth: 1,
      inputs: [
        { name: "pixels", width: 1 },
        { name: "distortions", width: 4 },
        ...(rows ? [{ name: "fields", width: 4 as const }] : []),
      ],
      threads: images * width,
      body: `
  ${coordinates("index", [["column", width], ["image", images]])}
  let d0 = distortions[image * 2];
  let d1 = distortions[image * 2 + 1];
  let first = image * ${height * width};
  let x = f32(column) - ${literal((width - 1) / 2)};
  ${
        unroll(vectors, (v) =>
          unroll(2, (axis) =>
            `let f${axis}_${v} = d1.w * fields[((image * 2 + ${axis}) * ${width} + column) * ${vectors} + ${v}];`))
      }
  ${
        unroll(height, (row) => {
          const y = literal(row - (height - 1) / 2);
          return `{
    let fromX = d0.x * x + d0.y * ${y} + d0.z + ${literal((width - 1) / 2)}${rows ? ` + ${displacement(0, row)}` : ""};
    let fromY = d0.w * x + d1.x * ${y} + d1.y + ${literal((height - 1) / 2)}${rows ? ` + ${displacement(1, row)}` : ""};
    let left = floor(fromX);
    let top = floor(fromY);
    let c = vec2<i32>(i32(left), i32(top));
    ${pixel("a", 0, 0)}
    ${pixel("b", 1, 0)}
    ${pixel("c", 0, 1)}
    ${pixel("d", 1, 1)}
    let right = fromX - left;
    let bottom = fromY - top;
    let upper = pa * (1.0 - right) + pb * right;
    let lower = pc * (1.0 - right) + pd * right;
    result[first + column + ${row * width}] = upper * (1.0 - bottom) + lower * bottom;
  }`;
        })
      }`,
    };

    /** The pixel `right` and `down` from the place `c`; all threads of a group load, so the place is clamped. */
    function pixel(name: string, right: number, down: number): string {
      return `let at${name} = c + vec2<i32>(${right}, ${down});
    let p${name} = select(${literal(background)}, pixels[first + clamp(at${name}.y, 0, ${
        height - 1
      }) * ${width} + clamp(at${name}.x, 0, ${width - 1})],
      all(at${name} >= vec2<i32>(0)) && at${name}.x < ${width} && at${name}.y < ${height});`;
    }
  },
};

/** A number in WGSL: a point or an exponent makes it a float. */
function literal(value: number): string {
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/**
 * `inputs.images` [n, height, width, 1] distorted by `inputs.distortions` [n, 8], over `attrs.background`; with
 * `attrs.sigma` above 0 by an elastic field of that smoothness too.
 */
export const distort: TunedKernel = {
  adds: "Distort",
  run: ({ images, distortions }, { background, sigma }, backend) => {
    if (!images || !distortions || !areFloats(backend, [images, distortions])) return;
    const [count = 0, height = 0, width = 0, maps] = images.shape;
    if (maps !== 1 || count * height * width === 0 || distortions.shape.join() !== `${count},${DISTORTION_SIZE}`) {
      return;
    }
    const fields = { images: count, height, width, sigma: Number(sigma) };
    const specification = { ...fields, background: Number(background) };
    if (fields.sigma === 0) {
      return runProgram(backend, distortProgram, { specification, inputs: [images, distortions] });
    }
    const smooth = runProgram(backend, fieldsProgram, { specification: fields, inputs: [distortions] });
    const result = runProgram(backend, distortProgram, { specification, inputs: [images, distortions, smooth] });
    backend.disposeData(smooth.dataId);
    return result;
  },
};

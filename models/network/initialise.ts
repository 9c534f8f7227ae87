/**
 * Initial parameter values.
 *
 * @module
 */

/**
 * `he`: weights normal with standard deviation sqrt(2 / fan-in), biases 0 (He 2015, eq. 10); a subsampling coefficient
 * starts as 1 / window size, plain averaging.
 * `lecun1998`: everything uniform in +-2.4 / fan-in (LeCun 1998, appendix A; biases are not mentioned there).
 * `lecun1998_biases_0` and `lecun1998_coefficients_root`: the same, except that biases start at 0, or that a
 * subsampling coefficient starts as under `uniform_root`.
 * `lecun1998_root`: everything uniform in +-2.4 / sqrt(fan-in), the bound for inputs that vary independently, where the
 * paper assumes that they vary together.
 * `uniform_root`: weights uniform in +-1 / sqrt(fan-in), biases 0; a subsampling coefficient starts as 1 / sqrt(window
 * size), 0.5 for a window of 2x2 (EBLearn, the later library of LeCun's group, `forget_param_linear(1, 0.5)`).
 * Under all, a PReLU's slope starts at 0.25 (He 2015, section 2.1).
 */
export type Initialisation =
  | "he"
  | "lecun1998"
  | "lecun1998_biases_0"
  | "lecun1998_coefficients_root"
  | "lecun1998_root"
  | "uniform_root";

/** The part of a random stream that this module needs. */
export interface Random {
  /** Uniform from 0 to less than 1. */
  uniform(): number;
  /** Normal, with mean 0 and standard deviation 1. */
  normal(): number;
}

/** What the initial values of a parameter depend on. */
export interface ParameterShape {
  /** What the parameter does in its layer. */
  readonly role: "weights" | "bias" | "coefficient" | "slope";
  /** The last axis counts the output units or maps. */
  readonly shape: readonly number[];
  /** Number of inputs of each output unit or map. */
  readonly fanIn: readonly number[];
}

const INITIAL_SLOPE = 0.25;

/** Values in row-major order of `shape`. */
export function initialValues(
  { role, shape, fanIn }: ParameterShape,
  { initialisation, random }: { initialisation: Initialisation; random: Random },
): Float32Array {
  const outputs = fanIn.length;
  const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
  for (let k = 0; k < values.length; k++) values[k] = draw(fanIn[k % outputs]!);
  return values;

  function draw(inputs: number): number {
    if (role === "slope") return INITIAL_SLOPE;
    switch (initialisation) {
      case "he":
        return role === "weights" ? random.normal() * Math.sqrt(2 / inputs) : role === "bias" ? 0 : 1 / inputs;
      case "lecun1998":
        return uniform() * 2.4 / inputs;
      case "lecun1998_biases_0":
        return role === "bias" ? 0 : uniform() * 2.4 / inputs;
      case "lecun1998_coefficients_root":
        return role === "coefficient" ? 1 / Math.sqrt(inputs) : uniform() * 2.4 / inputs;
      case "lecun1998_root":
        return uniform() * 2.4 / Math.sqrt(inputs);
      case "uniform_root":
        return role === "bias" ? 0 : (role === "weights" ? uniform() : 1) / Math.sqrt(inputs);
    }
  }

  /** From -1 to less than 1. */
  function uniform(): number {
    return 2 * random.uniform() - 1;
  }
}

/** Dropout's product with a mask, forward and backward. @module */
import type { Activation } from "../../models/network/spec.ts";
import { isActivation, storeTimesDerivative } from "../wgsl/activation.ts";
import { areFloats, isGiven, type ProgramKind, runProgram, type TunedKernel } from "../wgsl/program.ts";
import { widthOf } from "../wgsl/writer.ts";

type Masked = {
  readonly size: number;
  /** The product is multiplied by this activation's derivative; not at all for `linear`. */
  readonly derivativeOf: Activation;
  readonly shape: string;
};

const maskedProgram: ProgramKind<Masked> = {
  name: "masked",
  build({ size, derivativeOf, shape }) {
    const width = widthOf(size);
    const names = ["x", "mask", ...(derivativeOf === "linear" ? [] : ["activated"])];
    return {
      outputShape: shape.split(",").map(Number),
      outputWidth: width,
      inputs: names.map((name) => ({ name, width })),
      threads: size / width,
      body: storeTimesDerivative("x[index] * mask[index]", { at: "index", of: derivativeOf, width }),
    };
  },
};

/**
 * `inputs.x` times `inputs.mask`, times the derivative of `attrs.activation` where its values are `inputs.activated`.
 */
export const masked: TunedKernel = {
  adds: "Masked",
  run: ({ x, mask, activated }, { activation }, backend) => {
    if (!x || !mask || !isActivation(activation) || (activation !== "linear" && !activated)) return;
    const size = x.shape.reduce((product, n) => product * n, 1);
    const inputs = [x, mask, activation === "linear" ? undefined : activated].filter(isGiven);
    if (size === 0 || !areFloats(backend, inputs)) return;
    const specification = { size, derivativeOf: activation, shape: x.shape.join(",") };
    return runProgram(backend, maskedProgram, { specification, inputs });
  },
};

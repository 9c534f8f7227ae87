/** Gradient with respect to the value before an activation, when no other kernel computes it. @module */
import type { Activation } from "../../models/network/spec.ts";
import { isActivation, storeTimesDerivative } from "../wgsl/activation.ts";
import { areFloats, type ProgramKind, runProgram, type TunedKernel } from "../wgsl/program.ts";
import { widthOf } from "../wgsl/writer.ts";

type ActivationGradient = { readonly size: number; readonly activation: Activation; readonly shape: string };

const activationGradientProgram: ProgramKind<ActivationGradient> = {
  name: "activationGradient",
  build({ size, activation, shape }) {
    const width = widthOf(size);
    return {
      outputShape: shape.split(",").map(Number),
      outputWidth: width,
      inputs: [{ name: "dy", width }, { name: "activated", width }],
      threads: size / width,
      body: storeTimesDerivative("dy[index]", { at: "index", of: activation, width }),
    };
  },
};

/** `inputs.dy` times the derivative of `attrs.activation` where its values are `inputs.activated`. */
export const activationGradient: TunedKernel = {
  adds: "ActivationGradient",
  run: ({ dy, activated }, { activation }, backend) => {
    if (!dy || !activated || !isActivation(activation) || activation === "linear") return;
    const size = dy.shape.reduce((product, n) => product * n, 1);
    if (size === 0 || !areFloats(backend, [dy, activated])) return;
    const specification = { size, activation, shape: dy.shape.join(",") };
    return runProgram(backend, activationGradientProgram, { specification, inputs: [dy, activated] });
  },
};

/** `activation(x * scale + shift)` with a scale and a shift a channel: the end of trainable subsampling. @module */
import { activated, type Activation, isActivation } from "./activation.ts";
import { areFloats, type ProgramKind, runProgram, type TunedKernel } from "./program.ts";
import { widthOf } from "./wgsl.ts";

type ScaleShift = {
  readonly size: number;
  readonly channels: number;
  readonly activation: Activation;
  readonly shape: string;
};

const scaleShiftProgram: ProgramKind<ScaleShift> = {
  name: "scaleShift",
  build({ size, channels, activation, shape }) {
    const width = widthOf(channels);
    return {
      outputShape: shape.split(",").map(Number),
      outputWidth: width,
      inputs: [{ name: "x", width }, { name: "scale", width }, { name: "shift", width }],
      threads: size / width,
      body: `let channel = index % ${channels / width};
  result[index] = ${activated("x[index] * scale[channel] + shift[channel]", { activation, width })};`,
    };
  },
};

/** Scale and shift [channels] over the last axis of `inputs.x`. */
export const scaleShift: TunedKernel = ({ x, scale, shift }, { activation }, backend) => {
  if (!x || !scale || !shift || !isActivation(activation) || !areFloats(backend, [x, scale, shift])) return;
  const channels = x.shape.at(-1)!;
  const size = x.shape.reduce((product, n) => product * n, 1);
  const specification = { size, channels, activation, shape: x.shape.join(",") };
  return size === 0 ? undefined : runProgram(backend, scaleShiftProgram, { specification, inputs: [x, scale, shift] });
};

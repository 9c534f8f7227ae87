/**
 * How a tuned kernel runs: one WGSL body, one thread per tile, on TensorFlow.js's own `WebGPUBackend`.
 *
 * Shapes are written into the shader as literals, so the compiler sees constant strides and loop bounds. The price is
 * one pipeline per shape, compiled at first use; TensorFlow.js caches it under the shader key, which therefore must
 * contain every number that the body was made from. {@linkcode runProgram} guarantees that: the body is a function of
 * the specification alone, and the specification is the key.
 *
 * @module
 */
import type { WebGPUBackend, WebGPUProgram } from "@tensorflow/tfjs-backend-webgpu";
import type { NamedAttrMap, NamedTensorInfoMap, TensorInfo } from "./types.ts";

/** Elements a thread moves at once along a contiguous axis. */
export type Width = 1 | 2 | 4;

/** A kernel, and its name in TensorFlow.js's registry. */
export type TunedKernel =
  & { readonly run: KernelFunction }
  & (
    /** The stock kernel of that name, which runs what this one does not cover. */
    | { readonly replaces: string }
    /** A name of its own: the operation that runs it asks first whether it is covered. */
    | { readonly adds: string }
  );

/** Enqueues a call's work; `undefined` when it does not cover the call. */
export type KernelFunction = (
  inputs: NamedTensorInfoMap,
  attrs: NamedAttrMap,
  backend: WebGPUBackend,
) => TensorInfo | undefined;

/** What a program is made from: plain numbers and strings, all of which enter the shader key. */
export type Specification = Readonly<Record<string, number | string | boolean>>;

/** A WGSL program before TensorFlow.js wraps it: bindings are arrays of scalars or of vectors of `Width` elements. */
export interface Program {
  readonly outputShape: readonly number[];
  readonly outputWidth: Width;
  /** Names in WGSL and widths of the storage buffers, in the order of the inputs given to {@linkcode runProgram}. */
  readonly inputs: readonly { readonly name: string; readonly width: Width }[];
  /** A multiple of `lanes`. */
  readonly threads: number;
  /** Threads of a subgroup that share loads: `body` may read `lane`, a thread's place among them. 1 when left out. */
  readonly lanes?: number;
  /** Statements that compute and store the results of thread `index` (an `i32`, below `threads`). */
  readonly body: string;
}

/** Makes programs of one kind. `build` may read nothing but its argument. */
export interface ProgramKind<S extends Specification> {
  readonly name: string;
  build(specification: S): Program;
}

/**
 * The most iterations of all loops of a thread: Mesa's llvmpipe silently stops a shader's loops after 65,535 in all
 * (seen with 22.3.6).
 */
export const MOST_ROUNDS = 60_000;

/** Threads per workgroup; with few threads the groups are small, to spread the work over all cores. */
const WORKGROUP = { many: 32, few: 8, fewBelow: 512 } as const;

const built = new Map<string, WebGPUProgram>();

/**
 * Runs the program of `kind` for `specification` over `inputs` and returns its float32 output tensor: a new one, or
 * `output`, which the program then changes in place. Enqueues one dispatch and reads nothing back.
 */
export function runProgram<S extends Specification>(
  backend: WebGPUBackend,
  kind: ProgramKind<S>,
  { specification, inputs, output }: { specification: S; inputs: TensorInfo[]; output?: TensorInfo },
): TensorInfo {
  const key = `tuned ${kind.name} ${Object.values(specification).join(" ")}`;
  let program = built.get(key);
  if (program === undefined) {
    program = wrap(key, kind.build(specification));
    built.set(key, program);
  }
  // A copy, because runWebGPUProgram writes its longer shader key back into the object it is given.
  return backend.runWebGPUProgram({ ...program }, inputs, "float32", undefined, output);
}

/**
 * Whether every tensor given is float32, in its buffer too: the programs compute with nothing else. TensorFlow.js casts
 * int32 to float32 by relabelling the tensor and converts only when a stock kernel reads it.
 */
export function areFloats(backend: WebGPUBackend, tensors: readonly (TensorInfo | undefined)[]): boolean {
  return tensors.every((tensor) =>
    tensor === undefined || (tensor.dtype === "float32" && backend.tensorMap.get(tensor.dataId).dtype === "float32")
  );
}

/** The same elements in another shape, without a copy. */
export function reshaped(tensor: TensorInfo, shape: number[]): TensorInfo {
  return { ...tensor, shape };
}

/** The device's buffer of `tensor`, which is uploaded if it isn't there yet. */
export function bufferOf(backend: WebGPUBackend, { dataId }: TensorInfo): GPUBuffer {
  backend.uploadToGPU(dataId);
  return backend.tensorMap.get(dataId).resource as unknown as GPUBuffer;
}

/** For filtering out the inputs that a call does not have. */
export function isGiven(tensor: TensorInfo | undefined): tensor is TensorInfo {
  return tensor !== undefined;
}

function wrap(
  shaderKey: string,
  { outputShape, outputWidth, inputs, threads, lanes = 1, body }: Program,
): WebGPUProgram {
  const group = Math.max(lanes, threads < WORKGROUP.fewBelow ? WORKGROUP.few : WORKGROUP.many);
  // `layout: "auto"` drops the binding of a uniform block that is never read, and with it the dispatch: hence the
  // otherwise idle read of `uniforms`.
  const code = `fn main(index : i32) {
  _ = uniforms.NAN;
  if (index >= ${threads}) { return; }
  ${lanes === 1 ? "" : `let lane = index % ${lanes};`}
  ${body}
}`;
  return {
    shaderKey,
    outputShape: [...outputShape],
    outputComponent: outputWidth,
    variableNames: inputs.map(({ name }) => name),
    variableComponents: inputs.map(({ width }) => width),
    dispatchLayout: { x: [0] },
    dispatch: [Math.ceil(threads / group), 1, 1],
    workgroupSize: [group, 1, 1],
    getUserCode: () => code,
  };
}

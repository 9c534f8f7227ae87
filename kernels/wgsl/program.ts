/**
 * How a tuned kernel runs: one WGSL body, one thread per tile, on TensorFlow.js's own `WebGPUBackend`.
 *
 * Shapes are written into the shader as literals, so the compiler sees constant strides and loop bounds. The price is
 * one pipeline per shape, compiled at first use and found again under a key, which therefore must contain every number
 * that the body was made from. {@linkcode runProgram} guarantees that: the body is a function of the specification
 * alone, and the specification is the key.
 *
 * @module
 */
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { ProgramCost } from "./cost.ts";
import { enqueue, type Shader } from "./enqueue.ts";
import type { NamedAttrMap, NamedTensorInfoMap, TensorInfo } from "./types.ts";
import { floats, type Width } from "./writer.ts";

/** A kernel with one result, or several. */
export type TunedKernel<Result extends TensorInfo | TensorInfo[] = TensorInfo> =
  & { readonly run: KernelFunction<Result> }
  & KernelName;

/** A kernel's name in TensorFlow.js's registry. */
export type KernelName =
  /** The stock kernel of that name, which runs what this one does not cover. */
  | { readonly replaces: string }
  /** A name of its own: the operation that runs it asks first whether it is covered. */
  | { readonly adds: string };

/** Enqueues a call's work; `undefined` when it does not cover the call. */
export type KernelFunction<Result extends TensorInfo | TensorInfo[] = TensorInfo> = (
  inputs: NamedTensorInfoMap,
  attrs: NamedAttrMap,
  backend: WebGPUBackend,
) => Result | undefined;

/** What a program is made from: plain numbers and strings, all of which enter the shader key. */
export type Specification = Readonly<Record<string, number | string | boolean>>;

/** An output besides the first: its name in WGSL. */
export interface Output {
  readonly name: string;
  readonly shape: readonly number[];
  readonly width: Width;
}

/** A WGSL program: bindings are arrays of scalars or of vectors of `Width` elements. */
export interface Program {
  /** Of `result`. */
  readonly outputShape: readonly number[];
  readonly outputWidth: Width;
  /** What {@linkcode runForAllOutputs} returns besides `result`. */
  readonly moreOutputs?: readonly Output[];
  /** Names in WGSL and widths of the storage buffers, in the order of the inputs given to {@linkcode runProgram}. */
  readonly inputs: readonly { readonly name: string; readonly width: Width; readonly integers?: true }[];
  /** A multiple of `lanes`. */
  readonly threads: number;
  /** Threads of a subgroup that share loads: `body` may read `lane`, a thread's place among them. 1 when left out. */
  readonly lanes?: number;
  /** What the threads do, if it was counted to choose the program. */
  readonly cost?: ProgramCost;
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

const built = new Map<string, Built>();

/** What can be said about a program that has run. */
export interface ProgramDescription extends Pick<Program, "cost"> {
  /** Of its kind. */
  readonly name: string;
  /** For example `128x784, 784x300, 300 to 128x300`. */
  readonly shapes: string;
}

/** A program as it is enqueued, and what it returns. */
interface Built {
  readonly shader: Shader;
  readonly outputs: readonly Output[];
  readonly description: ProgramDescription;
}

/**
 * Runs the program of `kind` for `specification` over `inputs` and returns its output, a float32 tensor: a new one, or
 * `output`, which the program then changes in place. Enqueues one dispatch and reads nothing back.
 */
export function runProgram<S extends Specification>(
  backend: WebGPUBackend,
  kind: ProgramKind<S>,
  { specification, inputs, output }: { specification: S; inputs: TensorInfo[]; output?: TensorInfo },
): TensorInfo {
  const { shader, outputs } = builtOf(kind, { specification, inputs });
  const result = output ?? newTensor(backend, outputs[0]!);
  enqueue(backend, shader, [result, ...inputs]);
  return result;
}

/** The same for programs with several outputs, in their order. */
export function runForAllOutputs<S extends Specification>(
  backend: WebGPUBackend,
  kind: ProgramKind<S>,
  { specification, inputs }: { specification: S; inputs: TensorInfo[] },
): TensorInfo[] {
  const { shader, outputs } = builtOf(kind, { specification, inputs });
  const results = outputs.map((output) => newTensor(backend, output));
  enqueue(backend, shader, [...results, ...inputs]);
  return results;
}

function newTensor(backend: WebGPUBackend, { shape }: Output): TensorInfo {
  return backend.makeTensorInfo([...shape], "float32");
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

/** For filtering out the inputs that a call does not have. */
export function isGiven(tensor: TensorInfo | undefined): tensor is TensorInfo {
  return tensor !== undefined;
}

/** The program that has run in pipelines with that label; undefined for other shaders. */
export function describeProgram(label: string): ProgramDescription | undefined {
  return built.get(label)?.description;
}

function builtOf<S extends Specification>(
  kind: ProgramKind<S>,
  { specification, inputs: read }: { specification: S; inputs: readonly TensorInfo[] },
): Built {
  const key = `${kind.name} ${Object.values(specification).join(" ")}`;
  let known = built.get(key);
  if (known === undefined) {
    const program = kind.build(specification);
    const { outputShape, outputWidth, moreOutputs = [], inputs, threads, lanes = 1, cost, body } = program;
    const outputs = [{ name: "result", shape: outputShape, width: outputWidth }, ...moreOutputs];
    const bindings: Shader["bindings"] = [
      ...outputs.map(({ name, width }) => ({ name, type: floats(width), access: "read_write" as const })),
      ...inputs.map(({ name, width, integers }) => ({
        name,
        type: integers === true ? "i32" : floats(width),
        access: "read" as const,
      })),
    ];
    const workgroup = Math.max(lanes, threads < WORKGROUP.fewBelow ? WORKGROUP.few : WORKGROUP.many);
    const text = lanes === 1 ? body : `let lane = index % ${lanes};\n  ${body}`;
    const shapes = `${shown(read)} to ${shown(outputs)}`;
    known = {
      shader: { key, label: key, bindings, threads, workgroup, body: text },
      outputs,
      description: { name: kind.name, shapes, ...(cost && { cost }) },
    };
    built.set(key, known);
  }
  return known;
}

function shown(tensors: readonly { readonly shape: readonly number[] }[]): string {
  return tensors.map(({ shape }) => shape.join("x") || "scalar").join(", ");
}

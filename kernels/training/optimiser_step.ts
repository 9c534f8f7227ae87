/**
 * One optimiser step for all variables, in place and in few dispatches: one for each large variable, and one for all
 * others as long as the adapter binds so many buffers.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { enqueue, type Shader } from "../wgsl/enqueue.ts";
import type { TensorInfo } from "../wgsl/types.ts";
import { floats, widthOf } from "../wgsl/writer.ts";

/** A variable, its gradient, its velocity if the optimiser has momentum, and the lambda of its decay. */
export interface Update {
  readonly variable: TensorInfo;
  readonly gradient: TensorInfo;
  readonly velocity?: TensorInfo;
  readonly decay: number;
}

const WORKGROUP = 64;

/** Elements that a thread updates one after the other when it has several variables: vectors make a longer text. */
const ELEMENTS = 4;

/**
 * From this many elements on, a variable has its own dispatch: a software adapter runs every variable's branch in every
 * thread, so a large one is faster without the others. With all in one dispatch a step on one image took about 10%
 * longer for the LeNet-5-sized network and 40% for 784-300-100-10, whatever number of elements a thread had.
 */
const LARGE = 8192;

/**
 * `momentum`: v <- m v + g, then w <- w - step v; without velocities w <- w - step g, as in
 * `engine/training/step/optimiser.ts`. g is the gradient, plus lambda w with decay. Enqueues and reads nothing back.
 *
 * @param control float32, the step size first.
 */
export function updateInPlace(
  backend: WebGPUBackend,
  updates: readonly Update[],
  { momentum, control }: { momentum: number; control: TensorInfo },
): void {
  // Besides the step size, a variable binds itself, its gradient and, with momentum, its velocity.
  const most = Math.floor((backend.device.limits.maxStorageBuffersPerShaderStage - 1) / (momentum === 0 ? 2 : 3));
  for (const group of groups(updates, most)) {
    const tensors = [control, ...group.flatMap((u) => [u.variable, u.gradient, ...(u.velocity ? [u.velocity] : [])])];
    enqueue(backend, shaderOf(group, momentum), tensors);
  }
}

/** Large variables alone, the others together, at most `most` in a group. */
function groups(updates: readonly Update[], most: number): Update[][] {
  const isLarge = ({ variable }: Update) => sizeOf(variable) >= LARGE;
  const small = updates.filter((update) => !isLarge(update));
  const count = Math.ceil(small.length / most);
  return [
    ...updates.filter(isLarge).map((update) => [update]),
    ...Array.from({ length: count }, (_, i) => small.slice(i * most, (i + 1) * most)),
  ];
}

function sizeOf({ shape }: TensorInfo): number {
  return tf.util.sizeFromShape(shape);
}

/** The threads take the variables' elements one after the other. */
function shaderOf(group: readonly Update[], momentum: number): Shader {
  let threads = 0;
  const bindings: Shader["bindings"][number][] = [{ name: "control", type: "f32", access: "read" }];
  const isAlone = group.length === 1;
  const cases = group.map(({ variable, velocity, decay }, i) => {
    const size = sizeOf(variable);
    const width = isAlone ? widthOf(size) : 1;
    const type = floats(width);
    bindings.push({ name: `w${i}`, type, access: "read_write" }, { name: `g${i}`, type, access: "read" });
    if (velocity) bindings.push({ name: `v${i}`, type, access: "read_write" });
    const first = threads;
    const perThread = isAlone ? 1 : ELEMENTS;
    threads += Math.ceil(size / width / perThread);
    const gradient = decay === 0 ? `g${i}[i]` : `(g${i}[i] + ${decay} * w${i}[i])`;
    const change = velocity
      ? `let change = ${momentum} * v${i}[i] + ${gradient}; v${i}[i] = change;`
      : `let change = ${gradient};`;
    const update = `${change} w${i}[i] -= control[0] * change;`;
    return `if (index < ${threads}) {
    ${
      isAlone ? `let i = index; ${update}` : `let first = (index - ${first}) * ${perThread};
    for (var i = first; i < min(first + ${perThread}, ${size}); i++) { ${update} }`
    }
    return;
  }`;
  });
  const body = cases.join("\n  ");
  const key = `optimiserStep ${bindings.map(({ type }) => type).join(" ")} ${body}`;
  return { key, label: "optimiserStep", bindings, threads, workgroup: WORKGROUP, body };
}

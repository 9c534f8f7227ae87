/**
 * A network's weights as one list of numbers, and as one checksum.
 *
 * @module
 */
import { createHash } from "node:crypto";
import * as tf from "@tensorflow/tfjs";
import type { NamedVariable, Network } from "../../models/network/network.ts";

/** What has the values to read or write. */
type Variables = Pick<Network, "parameters" | "statistics">;

/**
 * SHA-256 over every variable's name, shape and little-endian float32 values, in the order of {@linkcode readWeights}:
 * two trials with the same checksum produced the same bytes.
 *
 * @returns 64 hexadecimal digits.
 */
export async function weightsSha256(network: Variables): Promise<string> {
  const values = await readWeights(network);
  const header = variablesOf(network).map(({ name, variable }) => `${name} ${variable.shape.join("x")}`).join("\n");
  return createHash("sha256").update(header).update("\0").update(new Uint8Array(values.buffer)).digest("hex");
}

/**
 * All that training changes: the values of the parameters, then of the running statistics, each in the spec's order.
 */
export async function readWeights(network: Variables): Promise<Float32Array<ArrayBuffer>> {
  return await readValues(weightVariables(network));
}

/** Restores what {@linkcode readWeights} read. A recorded training step of the network can't be used after that. */
export function writeWeights(network: Variables, values: Float32Array<ArrayBuffer>): void {
  writeValues(weightVariables(network), values);
}

/** The values of all variables, one after the other: one read-back. */
export async function readValues(variables: readonly tf.Variable[]): Promise<Float32Array<ArrayBuffer>> {
  if (variables.length === 0) return new Float32Array();
  const flat = tf.tidy(() => tf.concat(variables.map((variable) => tf.reshape(variable, [-1]))));
  const values = await flat.data<"float32">();
  flat.dispose();
  return Float32Array.from(values);
}

/** Restores what {@linkcode readValues} read. */
export function writeValues(variables: readonly tf.Variable[], values: Float32Array<ArrayBuffer>): void {
  let from = 0;
  for (const variable of variables) {
    const part = values.slice(from, from + variable.size);
    tf.tidy(() => variable.assign(tf.tensor(part, variable.shape)));
    from += variable.size;
  }
}

function weightVariables(network: Variables): tf.Variable[] {
  return variablesOf(network).map(({ variable }) => variable);
}

function variablesOf({ parameters, statistics }: Variables): readonly NamedVariable[] {
  return [...parameters, ...statistics];
}

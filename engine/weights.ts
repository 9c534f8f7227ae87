/**
 * A network's weights as one checksum.
 *
 * @module
 */
import { createHash } from "node:crypto";
import * as tf from "@tensorflow/tfjs";
import type { Network } from "../models/build.ts";

/**
 * SHA-256 over every parameter's name, shape and little-endian float32 values, in the spec's order: two trials with
 * the same checksum ended with the same bytes.
 *
 * @returns 64 hexadecimal digits.
 */
export async function weightsSha256(network: Network): Promise<string> {
  const flat = tf.tidy(() => tf.concat(network.parameters.map(({ variable }) => tf.reshape(variable, [-1]))));
  const values = await flat.data<"float32">();
  flat.dispose();
  const header = network.parameters.map(({ name, variable }) => `${name} ${variable.shape.join("x")}`).join("\n");
  return createHash("sha256").update(header).update("\0").update(new Uint8Array(values.slice().buffer)).digest("hex");
}

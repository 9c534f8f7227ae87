/** Which numbers of a network's parameters are connections. @module */
import { mapsRead } from "../../../models/network/count.ts";
import type { Network } from "../../../models/network/network.ts";

/**
 * 1 for every number of every parameter, in the order of the network's parameters, except 0 for the weights between
 * maps that a connection table leaves unconnected.
 */
export function connected({ spec, parameters }: Pick<Network, "spec" | "parameters">): Float32Array<ArrayBuffer> {
  const parts = parameters.map(({ name, variable: { shape, size } }) => {
    const layer = spec.layers.find((layer) => name === `${layer.name}/weights`);
    if (layer?.kind !== "conv" || !layer.connections) return new Float32Array(size).fill(1);
    const [inputs, outputs] = [shape[2]!, shape[3]!];
    const read = mapsRead(layer, inputs);
    return Float32Array.from(
      { length: size },
      (_, k) => read[k % outputs]!.includes(Math.floor(k / outputs) % inputs) ? 1 : 0,
    );
  });
  return Float32Array.from(parts.flatMap((part) => [...part]));
}

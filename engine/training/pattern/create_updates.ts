/**
 * Chooses the form of a network's updates pattern by pattern.
 *
 * @module
 */
import type { Backend } from "../../../device/backend.ts";
import type { Network } from "../../../models/network/network.ts";
import { createDeviceUpdates } from "./device_updates.ts";
import { createPlainUpdates } from "./plain_updates.ts";
import type { PatternUpdates, PatternUpdatesOptions } from "./updates.ts";

/** The updates of `network`, which was built on `backend`: one program with tuned kernels, else single operations. */
export async function createUpdates(
  network: Network,
  { backend, order, ...options }: PatternUpdatesOptions & {
    readonly backend: Pick<Backend, "kernels" | "lanes" | "adapter">;
  },
): Promise<PatternUpdates> {
  return backend.kernels === "stock"
    ? createPlainUpdates(network, { ...options, order })
    : await createDeviceUpdates([network], { ...options, orders: [order], backend });
}

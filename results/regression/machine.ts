/**
 * Which machines are alike enough for their times to be compared.
 *
 * @module
 */
import type { Environment } from "../schema.ts";

/** What {@linkcode machineClass} takes of an environment. */
export type MachineColumns = Pick<Environment, "backend" | "adapter" | "adapter_kind" | "os" | "cpu" | "cpu_threads">;

/** The adapter; where that is software, or there is none, with the processor that does the work. */
export function machineClass({ backend, adapter, adapter_kind, os, cpu, cpu_threads }: MachineColumns): string {
  const device = `${backend}, ${adapter}`;
  return adapter_kind === "hardware"
    ? device
    : `${device} on ${[os, cpu, `${cpu_threads} threads`].filter((part) => part !== "").join(", ")}`;
}

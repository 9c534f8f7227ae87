/**
 * Which machines are alike enough for their times to be compared.
 *
 * @module
 */
import type { Environment } from "../folder/environment.ts";

/** What {@linkcode machineClass} takes of an environment. */
export type MachineColumns = Pick<Environment, "backend" | "adapter" | "os" | "cpu" | "cpu_threads">;

/**
 * Adapter and processor: a software adapter is the processor, and with a GPU it decides how fast the
 * work of small networks is submitted.
 */
export function machineClass({ backend, adapter, os, cpu, cpu_threads }: MachineColumns): string {
  const processor = [os, cpu, `${cpu_threads} threads`].filter((part) => part !== "").join(", ");
  return `${backend}, ${adapter} on ${processor}`;
}

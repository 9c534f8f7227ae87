/**
 * Which machines are alike enough for their times to be compared.
 *
 * @module
 */
import type { Environment } from "../folder/environment.ts";

/** What {@linkcode machineClass} reads of an environment. */
export type MachineColumns = Pick<Environment, "backend" | "adapter" | "os" | "cpu" | "cpu_threads">;

/**
 * Adapter and processor. A software adapter runs on the processor; with a GPU, the processor decides how fast small
 * networks' work is submitted.
 */
export function machineClass({ backend, adapter, os, cpu, cpu_threads }: MachineColumns): string {
  const processor = [os, cpu, `${cpu_threads} threads`].filter((part) => part !== "").join(", ");
  return `${backend}, ${adapter} on ${processor}`;
}

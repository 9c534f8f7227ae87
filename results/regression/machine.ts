/**
 * Which machines are alike enough for their times to be compared.
 *
 * @module
 */
import { adapterWords } from "../../base/graphics_api.ts";
import type { Environment } from "../folder/environment.ts";

/** What {@linkcode machineClass} reads of an environment. */
export type MachineColumns = Pick<Environment, "backend" | "adapter" | "api" | "os" | "cpu" | "cpu_threads">;

/**
 * Adapter, graphics API and processor. A software adapter runs on the processor; with a GPU, the processor decides how
 * fast small networks' work is submitted.
 */
export function machineClass({ backend, os, cpu, cpu_threads, ...adapter }: MachineColumns): string {
  const processor = [os, cpu, `${cpu_threads} threads`].filter((part) => part !== "").join(", ");
  return `${backend}, ${adapterWords(adapter)} on ${processor}`;
}

/**
 * Why times of two runs can't be compared; undefined if they can. Where a graphics API is not recorded, the adapter's
 * features and limits show whether it was the same.
 */
export function differenceOfMachines(one: Environment, other: Environment): string | undefined {
  const [its, others] = [machineClass(one), machineClass(other)];
  if (one.api !== "" && other.api !== "") return its === others ? undefined : ofDifferent(its, others);
  const known = ({ features, limits, ...environment }: Environment) =>
    JSON.stringify([machineClass({ ...environment, api: "" }), features, Object.entries(limits).sort()]);
  if (known(one) === known(other)) return undefined;
  return its === others
    ? "times of adapters with different features or limits, perhaps through different graphics APIs"
    : ofDifferent(its, others);
}

function ofDifferent(one: string, other: string): string {
  return `times of different machines: "${one}" and "${other}"`;
}

/**
 * Chooses the WebGPU adapter, describes it, and requests a device on it.
 *
 * @module
 */
import { UserError } from "../base/errors.ts";
import { adapterWords, type GraphicsApi } from "../base/graphics_api.ts";
import { API_VARIABLE, apiOf, choosingVariables, permittedApis, readVariable } from "./graphics_api.ts";
import { examineSubgroups, SUBGROUPS, type Subgroups } from "./subgroups.ts";

/** What runs the arithmetic, under the name that rows and reports use. */
export interface AdapterDescription {
  /** For example `llvmpipe (LLVM 15.0.6, 256 bits)`; `TensorFlow.js cpu` without a device. */
  readonly name: string;
  /** How WebGPU reaches it; empty if that is not known, and without a device. */
  readonly api: GraphicsApi;
  /** As WebGPU reports it; may be empty. */
  readonly vendor: string;
  /** As WebGPU reports it; may be empty. */
  readonly architecture: string;
  /** A software adapter runs on the CPU; `none` is TensorFlow.js's cpu backend. */
  readonly kind: "hardware" | "software" | "none";
  /** WebGPU's optional features that the adapter offers, sorted. */
  readonly features: readonly string[];
  /** The limits that the kernels depend on, by WebGPU's names. */
  readonly limits: Readonly<Record<string, number>>;
}

/** How to install an adapter. */
const NO_ADAPTER_REMEDY =
  'On Debian or Ubuntu, "apt-get install mesa-vulkan-drivers libvulkan1" installs a software adapter; elsewhere ' +
  "install your GPU's Vulkan driver. \"deno task bench --backend cpu\" runs on TensorFlow.js's much slower cpu backend.";

/** The adapter limits that the kernels of TensorFlow.js and of this project depend on. */
const LIMITS = [
  "maxStorageBufferBindingSize",
  "maxBufferSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeWorkgroupStorageSize",
  "maxComputeWorkgroupsPerDimension",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
] as const satisfies readonly (keyof GPUSupportedLimits)[];

/** A device on the adapter that was chosen. */
export interface RequestedDevice {
  readonly device: GPUDevice;
  /** The adapter as WebGPU describes it. */
  readonly info: GPUAdapterInfo;
  /** The adapter as rows and reports describe it. */
  readonly adapter: AdapterDescription;
  readonly subgroups: Subgroups;
}

/**
 * Refuses any adapter except the one that the user means.
 *
 * @param text A part of its {@linkcode adapterWords}, in upper or lower case.
 * @throws {UserError} Another adapter answers, or none.
 */
export async function refuseOtherAdapter(text: string): Promise<void> {
  const { name: adapter, api } = (await requestAdapter()).description;
  const found = adapterWords({ adapter, api });
  if (found.toLowerCase().includes(text.toLowerCase())) return;
  throw new UserError(
    `--adapter asks for "${text}", and "${found}" answers. "deno task doctor" says how to choose another.`,
  );
}

/**
 * Requests a device on the fastest adapter. The device has time stamps if the adapter offers them, and the adapter's
 * own limits wherever kernels depend on them.
 *
 * @throws {UserError} when no adapter answers, or it provides no device.
 */
export async function requestDevice(): Promise<RequestedDevice> {
  // Described before the device is requested: afterwards Deno no longer answers on some adapters.
  const { adapter, description } = await requestAdapter();
  const { info } = adapter;
  const needed: GPUFeatureName[] = adapter.features.has("timestamp-query") ? ["timestamp-query"] : [];
  const request = (requiredFeatures: GPUFeatureName[]) =>
    adapter.requestDevice({ requiredFeatures, requiredLimits: description.limits });
  // Subgroups are asked for whether or not the adapter lists them: Deno's adapters don't, and grant them.
  const device = await request([...needed, SUBGROUPS]).catch(() => request(needed)).catch((cause) => {
    throw new UserError(`Adapter "${description.name}" provides no device: ${cause.message}. ${NO_ADAPTER_REMEDY}`, {
      cause,
    });
  });
  return { device, info, subgroups: await examineSubgroups(device, info), adapter: description };
}

async function requestAdapter(): Promise<{
  readonly adapter: GPUAdapter;
  readonly description: AdapterDescription;
}> {
  const apis = permittedApis(readVariable(API_VARIABLE));
  const request = async () => await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" }) ?? null;
  const adapter = await request();
  if (!adapter) {
    const set = choosingVariables().join(", ");
    const other = set === "" ? "" : `These variables decide which may: ${set}. Try without them. `;
    throw new UserError(`No WebGPU adapter answers. ${other}${NO_ADAPTER_REMEDY}`);
  }
  const identify = (each: GPUAdapter) => JSON.stringify([describe(each), subgroupSizes(each)]);
  return { adapter, description: { ...describe(adapter), api: await apiOf(adapter, { apis, request, identify }) } };
}

function describe(
  { info: { description, vendor, architecture, isFallbackAdapter }, features, limits }: GPUAdapter,
): Omit<AdapterDescription, "api"> {
  return {
    name: description || [vendor, architecture].filter(Boolean).join(" ") || "unnamed adapter",
    vendor,
    architecture,
    kind: isFallbackAdapter || /llvmpipe|swiftshader|software/i.test(description) ? "software" : "hardware",
    features: [...features].sort(),
    limits: Object.fromEntries(LIMITS.map((limit) => [limit, limits[limit]])),
  };
}

/** Two APIs of an adapter may differ in these alone. */
function subgroupSizes({ info: { subgroupMinSize, subgroupMaxSize } }: GPUAdapter): readonly number[] {
  return [subgroupMinSize, subgroupMaxSize];
}

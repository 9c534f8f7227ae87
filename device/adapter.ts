/**
 * Chooses the WebGPU adapter, describes it, and requests a device on it.
 *
 * @module
 */
import { UserError } from "../base/errors.ts";
import { examineSubgroups, SUBGROUPS, type Subgroups } from "./subgroups.ts";

/** What runs the arithmetic, under the name that rows and reports use. */
export interface AdapterDescription {
  /** For example `llvmpipe (LLVM 15.0.6, 256 bits)`; `TensorFlow.js cpu` without a device. */
  readonly name: string;
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
 * Requests a device on the fastest adapter. The device has time stamps if the adapter offers them, and the adapter's
 * own limits wherever kernels depend on them.
 *
 * @throws {UserError} when no adapter answers, or it provides no device.
 */
export async function requestDevice(): Promise<RequestedDevice> {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) throw new UserError(`No WebGPU adapter answers. ${NO_ADAPTER_REMEDY}`);
  // Read before the device is requested: afterwards Deno no longer answers on some adapters.
  const { info } = adapter;
  const { description, vendor, architecture, isFallbackAdapter } = info;
  const limits = Object.fromEntries(LIMITS.map((limit) => [limit, adapter.limits[limit]]));
  const features = [...adapter.features].sort();
  const needed: GPUFeatureName[] = adapter.features.has("timestamp-query") ? ["timestamp-query"] : [];
  const request = (requiredFeatures: GPUFeatureName[]) =>
    adapter.requestDevice({ requiredFeatures, requiredLimits: limits });
  // Subgroups are asked for whether or not the adapter lists them: Deno's adapters don't, and grant them.
  const device = await request([...needed, SUBGROUPS]).catch(() => request(needed)).catch((cause) => {
    throw new UserError(`Adapter "${description}" provides no device: ${cause.message}. ${NO_ADAPTER_REMEDY}`, {
      cause,
    });
  });
  return {
    device,
    info,
    subgroups: await examineSubgroups(device, info),
    adapter: {
      name: description || [vendor, architecture].filter(Boolean).join(" ") || "unnamed adapter",
      vendor,
      architecture,
      kind: isFallbackAdapter || /llvmpipe|swiftshader|software/i.test(description) ? "software" : "hardware",
      features,
      limits,
    },
  };
}

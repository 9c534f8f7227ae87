/**
 * Starts TensorFlow.js on a WebGPU adapter, or on the CPU on request, and watches the device.
 *
 * TensorFlow.js's own start of its webgpu backend fails on some adapters in Deno and silently falls back to another
 * backend (tensorflow/tfjs#8518, denoland/deno#28135); and WebGPU reports a shader that does not compile only
 * as an event, while its work silently vanishes. So the device is requested by `adapter.ts`, the backend that starts is
 * checked, and every uncaptured error is kept until {@linkcode Backend.check} throws it.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { messageOf, UserError } from "../base/errors.ts";
import { adapterWords } from "../base/graphics_api.ts";
import { type AdapterDescription, requestDevice } from "./adapter.ts";
import { InstalledKernels, type KernelSet, type KernelSetName, STOCK_KERNELS } from "./kernel_set.ts";
import { lanesOf, shareLoads, type Subgroups } from "./subgroups.ts";

/** Which of TensorFlow.js's backends runs. */
export type BackendName = "webgpu" | "cpu";

/** A started TensorFlow.js backend. */
export interface Backend {
  /** The backend that was asked for. */
  readonly name: BackendName;
  /** What it runs on. */
  readonly adapter: AdapterDescription;
  /** The kernels that it runs now. */
  readonly kernels: KernelSetName;
  /** How many threads of a subgroup share loads now; 1 when each loads for itself. */
  readonly lanes: number;
  /** Whether and how the device's threads can share loads, whatever the kernels. */
  readonly subgroups: Subgroups;
  /** How many calls fell back from a tuned kernel to the stock one since the start, by kernel name. */
  readonly fallbacks: ReadonlyMap<string, number>;
  /**
   * Runs `set` from now on; pipelines compiled before stay.
   *
   * @throws {UserError} when the backend is TensorFlow.js's cpu backend and `set` is not the stock kernels.
   */
  useKernels(set: KernelSet): void;
  /**
   * Throws what the device has reported.
   *
   * @throws {DeviceFault} when the device reported an error since the last check (each error once), or has been lost
   * (from then on, always).
   */
  check(): void;
  /**
   * Destroys the device and starts another on the same adapter, with the same kernels but without the faults and the
   * memory of the first; all tensors on it are lost.
   *
   * @throws {DeviceFault} when no device is available; from then on `check` always reports that it was lost.
   */
  renew(): Promise<void>;
  /** Destroys the device and restores the stock kernels; TensorFlow.js can be started again afterwards. */
  stop(): void;
}

/** The device failed: results computed since the last successful check are worthless. */
export class DeviceFault extends Error {
  /** Tells it from other errors. */
  override readonly name = "DeviceFault";

  /** `lost`: the device is gone, and only {@linkcode Backend.renew} brings another. */
  constructor(message: string, readonly lost = false) {
    super(message);
  }
}

/** What the device has reported since the last check; errors arrive one turn of the event loop after their cause. */
export async function faultOf(backend: Backend): Promise<DeviceFault | undefined> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  try {
    backend.check();
  } catch (error) {
    if (error instanceof DeviceFault) return error;
    throw error;
  }
}

/** How {@linkcode startBackend} starts. */
export interface BackendOptions {
  /** Stock kernels when left out. */
  readonly kernels?: KernelSet;
}

/**
 * Starts the backend `name` and makes it TensorFlow.js's current one. There is one at a time: stop it before starting
 * another.
 *
 * @throws {UserError} when no adapter answers, no device is available, or the cpu backend is to run tuned kernels.
 */
export async function startBackend(
  name: BackendName,
  { kernels = STOCK_KERNELS }: BackendOptions = {},
): Promise<Backend> {
  const backend = name === "cpu" ? await startCpu() : await startWebGpu();
  try {
    backend.useKernels(kernels);
    return backend;
  } catch (error) {
    backend.stop();
    throw error;
  }
}

async function startCpu(): Promise<Backend> {
  await activate("cpu");
  return {
    name: "cpu",
    adapter: {
      name: "TensorFlow.js cpu",
      api: "",
      vendor: "",
      architecture: "",
      kind: "none",
      features: [],
      limits: {},
    },
    kernels: STOCK_KERNELS.name,
    lanes: 1,
    subgroups: { lanes: 1, obstacle: "TensorFlow.js's cpu backend has no subgroups" },
    fallbacks: new Map(),
    useKernels({ name }) {
      if (name === STOCK_KERNELS.name) return;
      throw new UserError(
        `TensorFlow.js's cpu backend can't run "${name}" kernels. Start the webgpu backend for them.`,
      );
    },
    check() {},
    async renew() {},
    stop() {},
  };
}

async function startWebGpu(): Promise<Backend> {
  let device: OpenDevice = await openDevice();
  const { adapter, subgroups } = device;
  const kernels = new InstalledKernels();
  let { sharesLoads } = STOCK_KERNELS;
  return {
    name: "webgpu",
    adapter,
    get kernels() {
      return kernels.name;
    },
    get lanes() {
      return lanesOf(tf.backend());
    },
    subgroups,
    fallbacks: kernels.fallbacks,
    useKernels(set) {
      kernels.use(set);
      sharesLoads = set.sharesLoads;
      shareLoads(tf.backend(), sharesLoads ? device.subgroups.lanes : 1);
    },
    check: () => device.check(),
    async renew() {
      device.stop();
      try {
        device = await openDevice();
        const { name, api } = device.adapter;
        if (name !== adapter.name || api !== adapter.api) {
          device.stop();
          throw new UserError(`only adapter "${adapterWords({ adapter: name, api })}" answers now`);
        }
        shareLoads(tf.backend(), sharesLoads ? device.subgroups.lanes : 1);
      } catch (cause) {
        const fault = new DeviceFault(
          `The WebGPU device was lost and can't be started again: ${messageOf(cause)}`,
          true,
        );
        const check = () => {
          throw fault;
        };
        device = { adapter, subgroups, check, stop() {} };
        throw fault;
      }
    },
    stop() {
      kernels.use(STOCK_KERNELS);
      device.stop();
    },
  };
}

/** A device that TensorFlow.js uses. */
type OpenDevice = Pick<Backend, "adapter" | "subgroups" | "check" | "stop">;

async function openDevice(): Promise<OpenDevice> {
  const { device, info, adapter, subgroups } = await requestDevice();
  const watch = watchDevice(device);

  // Importing the package may have registered a factory of its own, which would request another device.
  if (tf.findBackendFactory("webgpu")) tf.removeBackend("webgpu");
  tf.registerBackend("webgpu", () => webGpuBackend(device, info));
  await activate("webgpu");
  return {
    adapter,
    subgroups,
    check: watch.check,
    stop() {
      watch.stop();
      tf.removeBackend("webgpu");
      device.destroy();
    },
  };
}

/** TensorFlow.js types the device with the `@webgpu/types` package, Deno with its own library: the same interface. */
function webGpuBackend(device: GPUDevice, info: GPUAdapterInfo): WebGPUBackend {
  type Parameters = ConstructorParameters<typeof WebGPUBackend>;
  return new WebGPUBackend(device as unknown as Parameters[0], info as unknown as Parameters[1]);
}

/**
 * Makes `name` the current backend and verifies it: `setBackend` alone continues with another one when a start fails.
 */
async function activate(name: BackendName): Promise<void> {
  // No banner about a faster backend for Node.js, and no debugging checks in the step loop.
  tf.enableProdMode();
  const started = await tf.setBackend(name);
  await tf.ready();
  if (!started || tf.getBackend() !== name) {
    throw new UserError(
      `TensorFlow.js started backend "${tf.getBackend()}" in place of "${name}". Run "deno task doctor" to see why.`,
    );
  }
}

function watchDevice(device: GPUDevice): { check(): void; stop(): void } {
  let fault: DeviceFault | undefined;
  let stopped = false;
  device.addEventListener("uncapturederror", (event) => {
    event.preventDefault();
    fault ??= new DeviceFault(`WebGPU reported: ${firstLines((event as GPUUncapturedErrorEvent).error.message)}`);
  });
  device.lost.then(({ reason, message }) => {
    if (stopped) return;
    fault = new DeviceFault(`The WebGPU device was lost (${reason || "unknown reason"}): ${firstLines(message)}`, true);
  });
  return {
    check() {
      const found = fault;
      if (!found?.lost) fault = undefined;
      if (found) throw found;
    },
    stop() {
      stopped = true;
    },
  };
}

/** Enough of a shader compiler's message to locate the mistake. */
function firstLines(message: string): string {
  return message.split("\n").map((line) => line.trim()).filter(Boolean).slice(0, 6).join(" / ");
}

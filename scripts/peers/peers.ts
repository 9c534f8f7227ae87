/**
 * Other libraries that do the same training steps, each in a process of its own: one line of JSON per request and
 * reply, see torch_step.py. If one is not installed, its rows say so.
 *
 * @module
 */
import { messageOf, UserError } from "../../base/errors.ts";
import type { Peer } from "../../engine/timing/kernels/benchmark.ts";
import type { ModelSpec } from "../../models/network/spec.ts";
import { type Conversation, converse } from "./conversation.ts";

/** Steps of a network, from now on. */
export interface StepRequest {
  readonly model: ModelSpec;
  readonly batch: number;
  readonly stepSize: number;
  readonly momentum: number;
}

/** Get ready for steps, or take some. */
export type Request = StepRequest | { readonly runs: number };

/** Ready, not able to, or the milliseconds that the steps took. */
export interface Reply {
  readonly refusal?: string;
  readonly ms?: number;
}

/** A peer, with its process if it is installed. */
export interface PeerProcess extends Peer {
  /** Why it takes no steps at all. */
  readonly absence?: string;
  readonly end: () => Promise<void>;
}

/** How a peer is started. */
export interface PeerCommand {
  readonly name: string;
  /** Tried in this order until one answers. */
  readonly programs: readonly string[];
  readonly args: readonly string[];
  /** How to install it. */
  readonly remedy: string;
}

const script = (name: string) => new URL(name, import.meta.url).pathname;

const PEERS: readonly PeerCommand[] = [
  {
    name: "pytorch",
    // The second is the system's, which has Debian's packages, whatever comes first in the path.
    programs: ["python3", "/usr/bin/python3"],
    args: [script("torch_step.py")],
    remedy: '"apt-get install python3-torch libopenblas0-pthread" installs it on Debian',
  },
  {
    name: "jax-js",
    programs: ["deno"],
    // Without the project's configuration and lock file, of which it is no part, and without a download.
    args: ["run", "--no-config", "--no-lock", "--no-prompt", "--cached-only", script("jax_js_step.ts")],
    remedy: '"deno cache --no-config --no-lock npm:@jax-js/jax@0.1.25" fetches it',
  },
];

/** After its runs a library's threads spin for a while, which would slow down whatever is timed next. */
const REST_MS = 100;

/** Starts every peer that is installed here; the others refuse all steps, with the reason. */
export async function startPeers(): Promise<PeerProcess[]> {
  return await Promise.all(PEERS.map(startPeer));
}

/** Starts a peer with the first program that answers; refuses all steps if none does. */
export async function startPeer({ name, programs, args, remedy }: PeerCommand): Promise<PeerProcess> {
  let reason = "";
  for (const program of programs) {
    if ((await Deno.permissions.query({ name: "run", command: program })).state !== "granted") {
      reason ||= 'other programs run under "deno task bench:peers" only';
      continue;
    }
    let conversation: Conversation | undefined;
    try {
      conversation = converse(program, args);
      return await meet(name, conversation);
    } catch (error) {
      reason = messageOf(error);
      await conversation?.end();
    }
  }
  const absence = `Not there: ${reason.replace(/\.$/, "")}. ${remedy}.`;
  return {
    name,
    absence,
    setting: { adapter: "", versions: "" },
    enter: () => Promise.resolve(absence),
    end: () => Promise.resolve(),
  };
}

/** Waits until the process says what it is; after that it accepts requests. */
async function meet(name: string, { hear, ask, end }: Conversation): Promise<PeerProcess> {
  const setting = await hear() as Peer["setting"];
  const request = async (request: Request) => {
    try {
      return await ask(request) as Reply;
    } catch (error) {
      throw new UserError(`${setting.versions} exited while it worked: ${messageOf(error)}`, { cause: error });
    }
  };
  return {
    name,
    setting,
    end,
    async enter(model, { recipe: { batch, optimiser }, stepSize }) {
      const momentum = optimiser.kind === "momentum" ? optimiser.momentum : 0;
      const { refusal } = await request({ model, batch, stepSize, momentum });
      if (refusal !== undefined) return refusal;
      return {
        name,
        async time(runs) {
          const { ms } = await request({ runs });
          await new Promise((resolve) => setTimeout(resolve, REST_MS));
          return { wallMs: ms! };
        },
      };
    },
  };
}

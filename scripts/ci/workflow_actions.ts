/**
 * What GitHub's own actions do, as far as our workflow's commands need it. Not part of the library.
 *
 * @module
 */
import { cpSync, existsSync, readdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { runGit } from "../../base/git.ts";

/** The job that an action runs in. */
export interface ActionContext {
  /** The job's folder, which `actions/checkout` makes. */
  readonly workspace: string;
  readonly origin: string;
  /** Branch of `origin` to check out. */
  readonly ref: string;
  /** Folder of the artefacts and caches of all jobs. */
  readonly store: string;
  /** Whether the job went well so far. */
  readonly succeeded: boolean;
}

type Action = (inputs: Readonly<Record<string, string>>, context: ActionContext) => void | Promise<void>;

/** The actions, by the text after `uses:`. */
export const ACTIONS: Readonly<Record<string, Action>> = {
  "actions/checkout@v4": async ({ "fetch-depth": depth = "1" }, { origin, workspace, ref }) => {
    const history = depth === "0" ? [] : ["--depth", depth];
    await runGit(["clone", "--quiet", ...history, "--branch", ref, `file://${origin}`, workspace]);
  },
  // Both only save time, on GitHub.
  "actions/setup-node@v4": () => {},
  "actions/cache@v4": () => {},
  "actions/upload-artifact@v4": ({ name, path }, { workspace, store, succeeded }) => {
    // The command that failed says more than its missing files.
    if (!succeeded && !existsSync(join(workspace, path!))) return;
    if (path!.split("/").some((part) => part.startsWith("."))) throw new Error(`"${path}" is hidden from artefacts.`);
    copyFolder(join(workspace, path!), join(store, "artefacts", name!));
  },
  "actions/download-artifact@v4": ({ name, pattern, path }, { workspace, store }) => {
    const artefacts = join(store, "artefacts");
    if (name !== undefined) return copyFolder(join(artefacts, name), join(workspace, path!));
    const prefix = pattern!.replace(/\*$/, "");
    const matches = namesIn(artefacts).filter((artefact) => artefact.startsWith(prefix));
    for (const match of matches) copyFolder(join(artefacts, match), join(workspace, path!, match));
  },
  "actions/cache/save@v4": ({ path, key }, { workspace, store }) => {
    copyFolder(join(workspace, path!), join(store, "caches", key!, basename(path!)));
  },
  "actions/cache/restore@v4": ({ path, key, "restore-keys": prefix }, { workspace, store }) => {
    const caches = join(store, "caches");
    const keys = namesIn(caches);
    const found = keys.find((name) => name === key) ?? keys.find((name) => name.startsWith(prefix!));
    if (found !== undefined) copyFolder(join(caches, found, basename(path!)), join(workspace, path!));
  },
};

/** Copies a folder with all its contents, replacing what was there. Fails if there is none, or if it is empty. */
function copyFolder(from: string, to: string): void {
  if (namesIn(from).length === 0) throw new Error(`Nothing to copy in "${from}".`);
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true });
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

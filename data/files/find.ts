/**
 * Where a data set's files are looked for: the only place that knows.
 *
 * Names are compared without case, with hyphens for dots, underscores and blanks, and with or without the ending of a
 * compressed file: unpackers, browsers and people write `train-images.idx3-ubyte` for `train-images-idx3-ubyte`, and
 * some unpackers make a folder of that name with the file in it.
 *
 * @module
 */
import { join } from "node:path";
import { messageOf, UserError } from "../../base/errors.ts";
import { isThere, pathIn, type PathOptions } from "../../base/files.ts";
import { contentsOfArchive } from "./contents.ts";

/** Files that belong together, and the folders of a data directory that may contain them. */
export interface Layout {
  /** Below the data directory, which comes after them. */
  readonly folders: readonly string[];
  /** The published names. */
  readonly files: readonly string[];
  /** The file that another name means, in lower case with hyphens only, and which of a folder's data sets it is of. */
  readonly alias?: (name: string) => { readonly file: number; readonly prefix: string } | undefined;
}

/** A layout's files where they were found. */
export interface Found<L extends Layout = Layout> {
  readonly layout: L;
  /** The folder that contains them. */
  readonly folder: string;
  /** Their paths in `folder`, in the order of the layout. */
  readonly paths: readonly string[];
}

/** What links may do, and what an error says if the files are not there. */
export interface FindOptions extends PathOptions {
  readonly remedy: string;
  /** What to say of a folder or file by its name, instead of the remedy. */
  readonly signs?: readonly { readonly name: RegExp; readonly says: string }[];
}

/** Some or all of a layout's files in one folder. */
interface Candidate<L extends Layout> {
  readonly layout: L;
  /** Below the data directory. */
  readonly folder: string;
  /** What the names of others begin with. */
  readonly prefix: string;
  /** One per file, empty if it is missing. */
  readonly paths: readonly string[];
}

/** Endings of compressed files; what is compressed otherwise than by gzip is found, so that it can be named. */
const PACKED = /\.(gz|bz2|xz|zst|zip|7z)$/;

/** As many folders deep are other places looked through for a better remedy, and as many entries. */
const DEPTH = 3;
const MOST_ENTRIES = 200;
/** As many names does an error list. */
const MOST_NAMES = 8;

/**
 * The files of the first place that has all of a layout's; the layouts in their order, and of each its folders, then
 * `directory` itself.
 *
 * @throws {UserError} No place has them all, several data sets can't be told apart, or a link leads elsewhere.
 */
export async function findFiles<L extends Layout>(
  directory: string,
  layouts: readonly L[],
  options: FindOptions,
): Promise<Found<L>> {
  const candidates = layouts.flatMap((layout) => candidatesIn(directory, layout));
  const whole = candidates.filter(({ paths }) => paths.every((path) => path !== ""));
  const [first] = whole;
  if (first === undefined) throw await missing(directory, { layouts, candidates, options });
  const rivals = whole.filter(({ folder, prefix }) => folder === first.folder && prefix !== "");
  if (first.prefix !== "" && rivals.length > 1) {
    throw new UserError(
      `Cannot choose among the data sets in "${join(directory, first.folder)}": ${
        listed(rivals.map(({ prefix }) => prefix))
      }. Move the files of one into a folder of their own, and name that.`,
    );
  }
  const folder = first.folder === "" ? directory : pathIn(directory, first.folder, options);
  return { layout: first.layout, folder, paths: first.paths };
}

/** Whether a place has at least one of the layouts' files. */
export function hasFiles(directory: string, layouts: readonly Layout[]): boolean {
  return layouts.some((layout) => candidatesIn(directory, layout).length > 0);
}

/** Those with any files, in the order of the folders; the published names come before others. */
function candidatesIn<L extends Layout>(directory: string, layout: L): Candidate<L>[] {
  return [...layout.folders, ""].flatMap((folder) => {
    const byPrefix = Map.groupBy(
      namesIn(join(directory, folder)).flatMap((name) => {
        const role = roleOf(name, layout);
        const path = role && pathOf(join(directory, folder), { name, layout, file: role.file });
        return path ? [{ ...role, path }] : [];
      }),
      ({ prefix }) => prefix,
    );
    return [...byPrefix].map(([prefix, entries]) => ({
      layout,
      folder,
      prefix,
      paths: layout.files.map((_, file) => entries.find((entry) => entry.file === file)?.path ?? ""),
    })).toSorted((a, b) => Number(a.prefix !== "") - Number(b.prefix !== ""));
  });
}

/** Which file of the layout a name is. */
function roleOf(name: string, { files, alias }: Layout): { file: number; prefix: string } | undefined {
  const plain = normalised(name);
  const file = files.findIndex((published) => normalised(published) === plain);
  return file >= 0 ? { file, prefix: "" } : alias?.(plain);
}

function normalised(name: string): string {
  return name.toLowerCase().replace(PACKED, "").replaceAll(/[._ -]+/g, "-");
}

/** The file itself or, if that is a folder, the file of the same role in it; in the folder. */
function pathOf(
  folder: string,
  { name, layout, file }: { readonly name: string; readonly layout: Layout; readonly file: number },
): string | undefined {
  const found = Deno.lstatSync(join(folder, name));
  if (!found.isDirectory) return name;
  const inner = namesIn(join(folder, name)).find((each) => roleOf(each, layout)?.file === file);
  return inner === undefined || Deno.lstatSync(join(folder, name, inner)).isDirectory ? undefined : join(name, inner);
}

/**
 * Names in a folder: plain files before compressed ones, and hyphens before other spellings; none if it is no folder.
 *
 * @throws {UserError} The system does not let this program look.
 */
function namesIn(folder: string): string[] {
  try {
    const rank = (name: string) => (/\.gz$/i.test(name) ? 1 : PACKED.test(name.toLowerCase()) ? 2 : 0);
    return [...Deno.readDirSync(folder)].map(({ name }) => name)
      .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return [];
    throw new UserError(`Cannot look into "${folder}": ${messageOf(error)}. Make it a folder that can be read.`, {
      cause: error,
    });
  }
}

/** The error for files that are not there: where they were looked for, what is there, and what to do. */
async function missing<L extends Layout>(
  directory: string,
  { layouts, candidates, options }: {
    readonly layouts: readonly L[];
    readonly candidates: readonly Candidate<L>[];
    readonly options: FindOptions;
  },
): Promise<UserError> {
  const most = (candidate: Candidate<L>) => candidate.paths.filter((path) => path !== "").length;
  const best = candidates.reduce<Candidate<L> | undefined>(
    (best, each) => best === undefined || most(each) > most(best) ? each : best,
    undefined,
  );
  if (best !== undefined) {
    const lacking = best.layout.files.filter((_, file) => best.paths[file] === "");
    const [first, ...others] = lacking.map((name) => `${best.prefix === "" ? "" : `${best.prefix}-`}${name}`);
    return new UserError(
      `Cannot find "${first}" or "${first}.gz" in "${join(directory, best.folder)}", where ` +
        `${listed(best.paths.filter((path) => path !== ""))} ${most(best) === 1 ? "is" : "are"}` +
        `${others.length === 0 ? "" : ` (nor ${listed(others)})`}. ${options.remedy}`,
    );
  }
  const [first] = layouts[0]!.files;
  const folders = [...new Set(layouts.flatMap(({ folders }) => folders))];
  const others = layouts.slice(1).map(({ files }) => `"${files[0]}"`);
  return new UserError(
    `Cannot find "${first}" or "${first}.gz"${others.length === 0 ? "" : `, nor ${others.join(" nor ")},`} in ` +
      `"${directory}" or its ${folders.length === 1 ? "folder" : "folders"} ${listed(folders)}. ${await whatIsThere(
        directory,
        { layouts, options },
      )}`,
  );
}

async function whatIsThere(
  directory: string,
  { layouts, options }: { readonly layouts: readonly Layout[]; readonly options: FindOptions },
): Promise<string> {
  if (!await isThere(directory)) return `There is no folder "${directory}". ${options.remedy}`;
  if (!Deno.statSync(directory).isDirectory) {
    const contents = headOf(directory);
    return contents === undefined
      ? `"${directory}" is a file. Name the folder that contains it.`
      : `"${directory}" is ${contents.what}. ${contents.remedy}`;
  }
  const paths = [...pathsBelow(directory)];
  const names = namesIn(directory);
  const there = names.length === 0 ? "It is empty." : `It contains ${listed(names)}.`;
  const place = paths.find((path) => layouts.some((layout) => candidatesIn(path, layout).length > 0));
  if (place !== undefined) return `${there} "${place}" contains such files: name that folder.`;
  const sign = options.signs?.find(({ name }) => paths.some((path) => name.test(path)));
  if (sign !== undefined) return `${there} ${sign.says}`;
  for (const path of paths) {
    const contents = headOf(path);
    if (contents !== undefined) return `${there} "${path}" is ${contents.what}. ${contents.remedy}`;
  }
  return `${there} ${options.remedy}`;
}

/** Files and folders in `folder` and its folders; links are not followed. */
function* pathsBelow(folder: string, left = { depth: DEPTH, entries: MOST_ENTRIES }): Generator<string> {
  for (const name of namesIn(folder)) {
    if (left.entries-- <= 0) return;
    const path = join(folder, name);
    yield path;
    if (left.depth > 1 && Deno.lstatSync(path).isDirectory) {
      left.depth--;
      yield* pathsBelow(path, left);
      left.depth++;
    }
  }
}

/** What a file is by its beginning; undefined for a link, a folder, a pipe, and what this program does not know. */
function headOf(path: string): ReturnType<typeof contentsOfArchive> {
  if (!Deno.lstatSync(path).isFile) return undefined;
  try {
    using file = Deno.openSync(path);
    const head = new Uint8Array(64 * 1024);
    return contentsOfArchive(head.subarray(0, file.readSync(head) ?? 0), path);
  } catch {
    return undefined;
  }
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).map((name) => `"${name}"`);
  return names.length > MOST_NAMES ? `${shown.join(", ")} and ${names.length - MOST_NAMES} more` : shown.join(", ");
}

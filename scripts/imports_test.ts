import assert from "node:assert/strict";
import { dirname, join, normalize, relative } from "node:path";

const ROOT = new URL("..", import.meta.url).pathname;

/** For each room, the rooms that its files may import, tests included. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  device: ["base"],
  models: ["base", "device"],
  data: ["base", "models"],
  recipes: ["base", "data", "models"],
  suites: ["base", "data", "models", "recipes"],
  kernels: ["base", "device", "data", "models"],
  results: ["base", "data"],
  reports: ["base", "data", "results"],
  engine: ["base", "device", "data", "models", "recipes", "suites", "kernels", "results"],
  scripts: ["base", "device", "data", "models", "recipes", "suites", "kernels", "results", "reports", "engine", "."],
  ".": ["base", "device", "data", "models", "recipes", "suites", "kernels", "results", "reports", "engine"],
};

/** A file of the checkout, relative to its root, and the files that it imports, for types too. */
type Imports = ReadonlyMap<string, readonly string[]>;

Deno.test("rooms import only rooms below them", () => {
  const wrong: string[] = [];
  for (const [file, imported] of importsOf(ROOT)) {
    for (const other of imported) {
      const [from, to] = [roomOf(file), roomOf(other)];
      if (from !== to && !other.endsWith(".json") && !MAY_IMPORT[from]?.includes(to)) {
        wrong.push(`${file} imports ${other}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
});

Deno.test("files never import themselves by way of others", () => {
  assert.deepEqual(cycleIn(importsOf(ROOT)), undefined);
  assert.deepEqual(cycleIn(new Map([["a", ["b"]], ["b", ["c"]], ["c", ["b"]]])), ["b", "c", "b"]);
});

Deno.test("rooms have at most 15 files, tests not counted", () => {
  const files = [...importsOf(ROOT).keys()].filter((file) => !file.endsWith("_test.ts"));
  const rooms = Map.groupBy(files, (file) => dirname(file));
  const full = [...rooms].filter(([, files]) => files.length > 15).map(([room, files]) => `${room}: ${files.length}`);
  assert.deepEqual(full, []);
});

function roomOf(file: string): string {
  return file.includes("/") ? file.split("/")[0]! : ".";
}

function importsOf(root: string): Imports {
  return new Map(
    programFiles(root).map((file) => {
      // Examples in comments import their own file.
      const code = Deno.readTextFileSync(join(root, file)).replace(/^\s*\*.*$/gm, "");
      const addresses = [...code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"(\.[^"]+)"/g)].map(([, address]) => address!);
      return [file, addresses.map((address) => normalize(join(dirname(file), address)))];
    }),
  );
}

function programFiles(folder: string, root = folder): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = join(folder, name);
    if (isDirectory) return name.startsWith(".") || name === "node_modules" ? [] : programFiles(path, root);
    return name.endsWith(".ts") ? [relative(root, path)] : [];
  });
}

/** The first circle of imports found, from a file to itself. */
function cycleIn(imports: Imports): readonly string[] | undefined {
  const finished = new Set<string>();
  const search = (file: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (finished.has(file)) return undefined;
    for (const other of imports.get(file) ?? []) {
      const cycle = search(other, [...path, file]);
      if (cycle) return cycle;
    }
    finished.add(file);
  };
  return [...imports.keys()].map((file) => search(file, [])).find((cycle) => cycle !== undefined);
}

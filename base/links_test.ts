import assert from "node:assert/strict";
import { relative } from "node:path";
import { realPath } from "./links.ts";
import { withFolder } from "./testing.ts";

Deno.test("realPath() follows links in every part of a path, to what is not there yet too", () =>
  withFolder(async (temporary) => {
    const folder = await Deno.realPath(temporary);
    await Deno.mkdir(`${folder}/scratch/runs`, { recursive: true });
    await Deno.symlink(`${folder}/scratch`, `${folder}/linked`);
    await Deno.symlink("../linked/runs", `${folder}/scratch/back`);
    await Deno.symlink("linked/later", `${folder}/dangling`);
    for (
      const [path, real] of [
        ["scratch/runs", "scratch/runs"],
        ["linked", "scratch"],
        ["linked/", "scratch"],
        ["linked/new/run", "scratch/new/run"],
        ["linked/back/new", "scratch/runs/new"],
        ["dangling", "scratch/later"],
        ["dangling/file", "scratch/later/file"],
        ["no/such/../place", "no/place"],
      ] as const
    ) {
      assert.equal(realPath(`${folder}/${path}`), `${folder}/${real}`, path);
      assert.equal(realPath(relative(Deno.cwd(), `${folder}/${path}`)), `${folder}/${real}`, path);
    }
  }));

Deno.test("realPath() gives up on links that lead in a circle, and returns any other text as a path", () =>
  withFolder(async (folder) => {
    await Deno.symlink("b", `${folder}/a`);
    await Deno.symlink("a", `${folder}/b`);
    assert.match(realPath(`${folder}/a/file`), /\/[ab]\/file$/);
    assert.match(realPath("\0"), /\0$/);
    assert.equal(realPath("/"), "/");
  }));

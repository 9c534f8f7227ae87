import assert from "node:assert/strict";
import { dirname, join, relative } from "node:path";

const ROOT = new URL("..", import.meta.url).pathname;
const PAGES = [
  "README.md",
  "CHANGELOG.md",
  "kernels/README.md",
  ...[...Deno.readDirSync(join(ROOT, "docs"))].filter(({ name }) => name.endsWith(".md")).map(({ name }) =>
    `docs/${name}`
  ),
];

Deno.test("README.md and docs have no broken relative link", () => {
  for (const page of PAGES) {
    for (const address of relativeLinks(page)) {
      assert.doesNotThrow(() => Deno.statSync(join(ROOT, dirname(page), address)), `${page} links to ${address}`);
    }
  }
});

Deno.test("every relative link of README.md and of the report it shows leads to a file of the published package", async () => {
  const published = await publishedFiles();
  for (const page of ["README.md", "reports/lenet300/report.md"]) {
    for (const address of relativeLinks(page)) {
      assert.ok(published.includes(join(dirname(page), address)), `${page} links to ${address}`);
    }
  }
});

Deno.test("README.md is one page of at most 1,200 words, with the two commands in its first 15 lines", () => {
  const words = read("README.md").split(/\s+/).filter((word) => /\w/.test(word));
  assert.ok(words.length <= 1200, `${words.length} words`);
  const start = read("README.md").split("\n").slice(0, 15).join("\n");
  for (const command of ["sh scripts/bench.sh", "sh scripts/test.sh"]) assert.ok(start.includes(command), command);
});

Deno.test("README.md links to every page of docs", () => {
  for (const page of PAGES.filter((page) => page.startsWith("docs/"))) {
    assert.ok(read("README.md").includes(`(${page})`), page);
  }
});

function relativeLinks(page: string): string[] {
  return [...read(page).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, address]) => address!);
}

/** Relative to the root. */
async function publishedFiles(): Promise<string[]> {
  // Only the list of files matters here: scripts/test.sh has the package checked.
  const args = ["publish", "--dry-run", "--allow-dirty", "--no-check", "--allow-slow-types"];
  const { stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT }).output();
  return [...new TextDecoder().decode(stderr).matchAll(/file:\/\/(\S+)/g)].map(([, path]) => relative(ROOT, path!));
}

function read(page: string): string {
  return Deno.readTextFileSync(join(ROOT, page));
}

import assert from "node:assert/strict";
import type { Dataset } from "../../data/dataset.ts";
import { type FakeArm, fakeRun } from "../../results/testing.ts";
import { renderMisclassified } from "./misclassified.ts";

/** 10,000 images of 2x2 pixels, with the labels that the errors of the first trials name. */
function digits(run: ReturnType<typeof fakeRun>): Dataset {
  const labels = new Uint8Array(10_000);
  for (const { test_index, true_label } of run.errors.toReversed()) labels[test_index] = true_label;
  const test = { count: 10_000, height: 2, width: 2, maps: 1, pixels: new Uint8Array(40_000).fill(255), labels };
  return { id: "mnist", title: "MNIST", sha256: run.environment.dataset_sha256, train: test, test };
}

const arms = (...testErrors: readonly FakeArm["testErrors"][]): FakeArm[] =>
  testErrors.map((testErrors, i) => ({
    variant: { variant: `net-${i}`, model: `net-${i}`, model_title: `Net ${i}`, title: `Net ${i}, modern` },
    testErrors,
  }));

function render(run: ReturnType<typeof fakeRun>, dataset = digits(run)) {
  return renderMisclassified([run], { dataset, published: [] });
}

Deno.test("renderMisclassified() shows all errors of a row's first finished trial, with label and answer", () => {
  const files = render(fakeRun({ arms: arms([null, 13, 40]) }));
  assert.deepEqual([...files.keys()], ["misclassified.md", "misclassified_1.svg"]);
  const page = files.get("misclassified.md")!;
  assert.match(
    page,
    /^## Net 0, modern\n\nSeed 2: 13 errors in 10,000 images\.\n\n!\[Digits\]\(misclassified_1\.svg\)$/m,
  );
  const svg = files.get("misclassified_1.svg")!;
  const shown = [...svg.matchAll(/>(\d-&gt;\d)<\/text>/g)].map(([, text]) => text!.replace("-&gt;", ""));
  // Of ten errors, six are 4 -> 9, three 9 -> 4 and one 7 -> 2.
  assert.deepEqual(shown, [..."49 49 49 49 49 49 94 94 94 72 49 49 49".split(" ")]);
  // Twelve images in the first line, one in the second.
  assert.equal(svg.match(/scale\(2\)/g)?.length, 2);
  assert.match(svg, /d="M0 0\.5h2M0 1\.5h2M6 0\.5h2/);
});

Deno.test("renderMisclassified() prints the margin under each answer, and nothing if none was recorded", () => {
  const run = fakeRun({ arms: arms([3]) });
  const files = render(run);
  const shown = [...files.get("misclassified_1.svg")!.matchAll(/ y="(\d+)">([\d.]+)<\/text>/g)];
  assert.deepEqual(shown.map(([, , text]) => text), ["0.0", "0.25", "0.50"]);
  assert.match(files.get("misclassified.md")!, /The number under an answer is its margin/);
  const old = render({ ...run, errors: run.errors.map((error) => ({ ...error, margin: null })) });
  assert.doesNotMatch(old.get("misclassified_1.svg")!, />[\d.]+<\/text>/);
  assert.doesNotMatch(old.get("misclassified.md")!, /margin/);
  const heightOf = (svg: string) => Number(/height="(\d+)"/.exec(svg)![1]);
  assert.equal(heightOf(files.get("misclassified_1.svg")!), heightOf(old.get("misclassified_1.svg")!) + 12);
});

Deno.test("renderMisclassified() names rows with many errors, and leaves out those without any", () => {
  const files = render(fakeRun({ arms: arms([120], [121], [0], [null]) }));
  assert.deepEqual([...files.keys()], ["misclassified.md", "misclassified_1.svg"]);
  const page = files.get("misclassified.md")!;
  assert.match(page, /^## Net 0, modern$/m);
  assert.match(page, /^More than 120 errors, and so not shown: Net 1, modern\.$/m);
  assert.doesNotMatch(page, /Net [23]/);
});

Deno.test("renderMisclassified() refuses another data set, colour images, and images that the data set does not have", () => {
  const run = fakeRun({ arms: arms([10]) });
  const dataset = digits(run);
  const refuses = (dataset: Dataset, message: RegExp, changed = run) =>
    assert.throws(() => render(changed, dataset), { name: "UserError", message });
  refuses({ ...dataset, sha256: "0".repeat(64) }, /trial "fake\/net-0\/1": data set "mnist" is not the one/);
  refuses({ ...dataset, test: { ...dataset.test, maps: 3 } }, /images of "mnist": they are in colour/);
  const [first, ...others] = run.errors;
  for (const changes of [{ true_label: 3 }, { test_index: 10_000 }]) {
    refuses(dataset, /test image "\d+" of data set "mnist" is no "\d"\. Restore/, {
      ...run,
      errors: [{ ...first!, ...changes }, ...others],
    });
  }
});

Deno.test("renderMisclassified() turns no text of a row into markdown or HTML", () => {
  const evil = "<script>alert(1)</script> ](http://evil.test)";
  const variants = arms([10], [200]).map((arm) => ({
    ...arm,
    variant: { ...arm.variant, model_title: `${arm.variant?.model_title}${evil}`, recipe: evil },
  }));
  const run = fakeRun({ arms: variants, environment: { suite_title: evil } });
  const page = render(run, { ...digits(run), title: evil }).get("misclassified.md")!;
  assert.equal(page.match(/&lt;script&gt;/g)?.length, 6);
  assert.doesNotMatch(page, /<script|(?<!\\)\]\(http|http:/);
});

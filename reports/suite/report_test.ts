import assert from "node:assert/strict";
import { type FakeArm, fakePublished, fakeRun } from "../../results/testing.ts";
import { differences, writeReport } from "../page/report_files.ts";
import { renderReport } from "./report.ts";

const PAPER = [
  fakePublished({ id: "paper.small", value: 12, system: "784-10" }),
  fakePublished({ id: "paper.big", value: 0.95, system: "Big" }),
];

const BIG = {
  variant: "big-modern",
  title: "Big, modern",
  model: "big",
  model_title: "Big",
  parameters: 60000,
  published: "paper.big",
};

/** Two networks: 12.1% and 0.95% on the mean of three seeds. */
const ARMS: readonly FakeArm[] = [
  { variant: { published: "paper.small" }, testErrors: [1200, 1210, 1220] },
  { variant: BIG, testErrors: [94, 95, 96] },
];

/** The report's text. */
async function rendered(...input: Parameters<typeof renderReport>): Promise<string> {
  return (await renderReport(...input)).get("report.md") ?? "";
}

Deno.test("renderReport() answers with the number of each verdict and the order", async () => {
  const text = await rendered([fakeRun({ arms: ARMS })], PAPER);
  assert.ok(text.startsWith("# A suite of invented numbers\n\nDo reports say what the rows say?\n\n"));
  assert.ok(text.includes("Of 2 rows with a published error rate: **2 reproduced**."));
  assert.ok(text.includes("**2 reproduced**. The order of the rows by error is the published one with modern.\n\n"));
  assert.ok(
    text.includes("With modern, the measured order of the 2 networks, least error first, is the published one."),
  );
  assert.ok(
    text.includes("n = 3 seeds per row, profile paper, adapter llvmpipe (LLVM 15.0.6, 256 bits) (webgpu, software)"),
  );
});

const INVERTED = [{ ...ARMS[0], testErrors: [80, 81, 82] }, { variant: BIG, testErrors: [94, 95, 96] }] as const;

Deno.test("renderReport() names an inverted order", async () => {
  const text = await rendered([fakeRun({ arms: INVERTED })], PAPER);
  assert.ok(text.includes('is not the published one. Inverted: "784-10" before "Big".'));
});

Deno.test("renderReport() names networks too close to call", async () => {
  const arms = [{ ...ARMS[0], testErrors: [93, 98, 103] }, { variant: BIG, testErrors: [94, 95, 96] }];
  const text = await rendered([fakeRun({ arms })], PAPER);
  assert.ok(text.includes('published one. Too close to call, since their intervals overlap: "784-10" and "Big".'));
});

Deno.test("renderReport() judges the order after fewer training images, and says so, but never on other data", async () => {
  const subset = await rendered([fakeRun({ arms: INVERTED, trial: { train_images: 6000 } })], PAPER);
  assert.ok(subset.includes("With modern (trained on 6,000 of 60,000 images), the measured order of the 2 networks"));
  const synthetic = await rendered([fakeRun({ arms: INVERTED, trial: { dataset: "synthetic" } })], PAPER);
  assert.ok(!synthetic.includes("the measured order"));
});

Deno.test("renderReport() shows measured and published error with intervals in a row of the result table", async () => {
  const text = await rendered([fakeRun({ arms: ARMS })], PAPER);
  // Wilson interval of 95 in 10,000: 0.78 to 1.16. The spread over the seeds, s = 0.01, adds next to nothing to it.
  // Margin 1.96 sqrt(2) sqrt(0.95 x 99.05 / 10000) = 0.27.
  const row = text.split("\n").find((line) => line.startsWith("| Big | modern | 60,000 |")) ?? "";
  assert.ok(
    row.startsWith(
      "| Big | modern | 60,000 | 60,000 images, 3 epochs (paper) | **0.95** (0.78 to 1.16) | 3 | 0.95 (0.78 to 1.16) | (1) | 0.00 (",
    ),
    row,
  );
  assert.ok(row.endsWith(" | **reproduced** |"), row);
  assert.ok(text.includes("Sources: (1) Paper 1998, Fig. 9."));
  assert.ok(text.includes("0.27 at 0.95%"));
});

Deno.test("renderReport() counts failed trials and lists them with their reason", async () => {
  const arms = [{ testErrors: [100, null] }, { variant: BIG, testErrors: [null] }];
  const text = await rendered([fakeRun({ arms })], PAPER);
  assert.match(text, /\| 784-10 \|.*\| 1 \(1 failed\) \|/);
  assert.match(text, /\| Big \|.*\| failed \| 0 \(1 failed\) \|.*\| failed \|/);
  assert.ok(text.includes("Failed, and not in any mean (2 trials):"));
  assert.ok(text.includes("- fake/big-modern/1 (paper): The loss is not a number"));
  assert.ok(text.includes("Of 1 row with a published error rate: **1 failed**."));
});

Deno.test("renderReport() has a table and no picture when every trial failed", async () => {
  const files = await renderReport([fakeRun({ arms: [{ testErrors: [null] }] })], []);
  assert.deepEqual([...files.keys()], ["report.md"]);
  const text = files.get("report.md") ?? "";
  assert.ok(text.includes("No trial was finished."));
  for (const heading of ["## Learning curves", "## Speed", "## Most confused pairs"]) {
    assert.ok(!text.includes(heading), heading);
  }
  assert.doesNotMatch(text, /NaN|undefined|Infinity/);
});

Deno.test("renderReport() reports on a run that was stopped before its first trial finished", async () => {
  const run = fakeRun();
  const text = await rendered([{ ...run, trials: [], epochs: [], errors: [] }], []);
  assert.ok(text.includes("No trial was finished."));
  assert.ok(text.includes("Planned, but not run: 784-10 (modern)."));
  assert.doesNotMatch(text, /## (Complexity|Speed)|Measured error/);
});

Deno.test("renderReport() leaves out the parts for which it has no rows", async () => {
  const run = { ...fakeRun(), epochs: [], errors: [], sweeps: [], gradients: [] };
  const files = await renderReport([run], []);
  assert.deepEqual([...files.keys()], ["report.md", "error_rates.svg"]);
  const text = files.get("report.md") ?? "";
  assert.ok(text.includes("No row has a published error rate next to it."));
  for (
    const absent of [
      "published error, %",
      "verdict",
      "Sources:",
      "## What was not like the papers",
      "## Comparisons",
      "## Published effects",
      "## Distorted test images",
      "## Epochs to",
      "## Early stopping",
      "## Gradients",
      "## Training images",
    ]
  ) {
    assert.ok(!text.includes(absent), absent);
  }
  assert.ok(text.includes("## Learning rates"));
});

Deno.test("renderReport() puts a row without a published number next to one that has it", async () => {
  const text = await rendered([fakeRun({ arms: [{ testErrors: [100] }, { variant: BIG, testErrors: [95] }] })], PAPER);
  assert.match(text, /\| 784-10 \|.*\| none \| \| \| nothing published \|/);
});

Deno.test("renderReport() draws no curve of a single epoch", async () => {
  const run = fakeRun();
  const files = await renderReport([{ ...run, epochs: run.epochs.filter(({ epoch }) => epoch === 1) }], []);
  assert.ok(!files.has("learning_curves.svg"));
});

Deno.test("renderReport() counts the luck of a single seed in its interval", async () => {
  const text = await rendered([fakeRun({ arms: [{ testErrors: [95] }] })], []);
  assert.ok(text.includes("| **0.95** (0.75 to 1.20) | 1 |"));
});

Deno.test("renderReport() notes synthetic digits and subsets, and does not compare their rows", async () => {
  const run = fakeRun({
    arms: ARMS,
    trial: { dataset: "synthetic", train_images: 600 },
    environment: { dataset: "synthetic", dataset_notice: "These digits are drawn." },
  });
  const text = await rendered([run], PAPER);
  assert.ok(text.includes("> **Notice.** These digits are drawn.\n>\n> **Notice.** Some rows can't be compared"));
  assert.ok(text.includes("**2 not comparable**"));
  assert.equal(text.match(/\| not comparable \(note 1\) \|/g)?.length, 2);
  assert.ok(text.includes('Not comparable: (note 1) measured on "synthetic", published for "mnist".'));
  assert.ok(!text.includes("--profile paper to compare"));
});

Deno.test("renderReport() says how to compare rows with too few training images", async () => {
  const run = fakeRun({ arms: ARMS, trial: { train_images: 600 }, environment: { profile: "quick" } });
  assert.ok((await rendered([run], PAPER)).includes("with 60,000. Run with --profile paper to compare them.\n"));
});

Deno.test("departureParagraphs() names once a network that was trained at two learning rates", async () => {
  const big = { ...BIG, departures: ["softmax outputs"] };
  const small = { departures: ["mini-batches"] };
  const run = fakeRun({ arms: [{ variant: small, testErrors: [100] }, { variant: big, testErrors: [100] }] });
  const slow = fakeRun({
    arms: [{ variant: { ...big, learning_rate: 0.01 }, testErrors: [90] }],
    environment: { started: "2024-02-01T00:00:00Z" },
  });
  const text = await rendered([run, slow], PAPER);
  assert.match(text, /^- softmax outputs - modern \(Big\)$/m);
});

Deno.test("departureParagraphs() lists a departure once, with its networks", async () => {
  const everywhere = "mini-batches";
  const arms = [
    { variant: { departures: [everywhere] }, testErrors: [100] },
    { variant: { ...BIG, departures: [everywhere, "softmax outputs"] }, testErrors: [100] },
    { variant: { ...BIG, variant: "new-modern", model: "new", model_title: "New", published: "" }, testErrors: [100] },
  ];
  const text = await rendered([fakeRun({ arms })], PAPER);
  assert.ok(text.includes("- mini-batches - modern\n- softmax outputs - modern (Big)"));
});

Deno.test("renderReport() answers with the best learning rate of each network if several are tried", async () => {
  const arm = (learning_rate: number, testErrors: FakeArm["testErrors"], other: FakeArm["variant"] = {}): FakeArm => {
    const variant = `${other.model ?? "small"}-${learning_rate}`;
    return { variant: { ...other, variant, title: variant, learning_rate }, testErrors };
  };
  const big = { model: "big", model_title: "Big" };
  const arms = [arm(0.1, [90]), arm(0.01, [100]), arm(0.3, [null]), arm(0.01, [80], big), arm(0.1, [80], big)];
  const text = await rendered([fakeRun({ arms })], []);
  const answer = "Of 2 pairs of network and recipe, the learning rate of least error is **0.01** for 1 and **0.1** " +
    "for 2; for 1 it is at the edge of the rates tried.";
  assert.ok(text.includes(`say?\n\n${answer}`), text);
  assert.ok(text.includes("| network | recipe | 0.01 | 0.1 | 0.3 | least error at |"));
  assert.ok(text.includes("| 784-10 | modern | 1.00 | **0.90** | failed | 0.1 |"));
  assert.ok(
    text.includes("| Big | modern | **0.80** | **0.80** | | 0.01 and 0.1 (at the edge of the rates tried) |"),
  );
});

Deno.test("renderReport() names the network if only one was tried at several learning rates", async () => {
  const arms = [0.1, 0.01, 0.001].map((learning_rate, i): FakeArm => ({
    variant: { variant: `small-${learning_rate}`, title: `${learning_rate}`, learning_rate },
    testErrors: [100 - (i % 2)],
  }));
  const text = await rendered([fakeRun({ arms })], []);
  assert.ok(text.includes("say?\n\nFor 784-10, modern, the learning rate of least error is **0.01**. "), text);
  const edge = await rendered([fakeRun({ arms: arms.slice(0, 2) })], []);
  assert.ok(edge.includes("is **0.01**, at the edge of the rates tried. "));
});

Deno.test("renderReport() says which images are held out, and whether a pattern or a batch is measured", async () => {
  const run = fakeRun({ arms: [{ variant: { ...BIG, batch: 1 }, testErrors: [95] }] });
  const curves = async (columns: Partial<(typeof run.epochs)[number]>, published = PAPER) => {
    const epochs = run.epochs.map((epoch) => ({ ...epoch, ...columns }));
    const files = await renderReport([{ ...run, epochs }], published);
    return { text: files.get("report.md")!, svg: files.get("learning_curves.svg")! };
  };
  const none = await curves({});
  assert.ok(none.text.includes("each pattern before its update"));
  assert.ok(!none.text.includes("Held out:") && !none.svg.includes(">held out<"));
  const curve = fakePublished({ id: "paper.fig5", system: "Big", value: 2, metric: "test_error_pct_after_pass_1" });
  assert.ok(
    (await curves({}, [...PAPER, curve])).text.includes("Held out: no images here; test images in a published"),
  );
  assert.ok((await curves({ validation_error_pct: 3 })).text.includes("Held out: validation images here."));
  const tested = await curves({ test_error_pct: 3 }, [...PAPER, curve]);
  assert.match(tested.text, /Held out: test images, of the trials that were tested after every epoch, and test images/);
  assert.ok(tested.svg.includes(">held out<"));
});

Deno.test("renderReport() says how many patterns a boosted row's later networks had", async () => {
  const run = fakeRun({ arms: [{ variant: BIG, testErrors: [95, 96] }] });
  const epochs = run.epochs.flatMap((row) => [
    row,
    { ...row, epoch: row.epoch + 100, network: 2, filtered_patterns: 5000 + row.seed },
    { ...row, epoch: row.epoch + 200, network: 3, filtered_patterns: 7000 },
  ]);
  const text = (await renderReport([{ ...run, epochs }], PAPER)).get("report.md")!;
  assert.ok(
    text.includes("found 5,001 to 5,002 different patterns for network 2; 7,000 different patterns for network 3."),
    text,
  );
  assert.ok(!(await rendered([run], PAPER)).includes("The filters found"));
});

Deno.test("renderReport() takes one learning rate per network and recipe for no choice", async () => {
  const text = await rendered([fakeRun({ arms: ARMS })], PAPER);
  assert.ok(!text.includes("Least error by network"));
});

Deno.test("renderReport() gives speed as a median and names its machine", async () => {
  const text = await rendered([fakeRun()], []);
  assert.ok(text.includes("Machine 1: llvmpipe (LLVM 15.0.6, 256 bits), software, backend webgpu, stock kernels."));
  // Seeds 1, 2, 3 train in 180, 90, 60 s at 1000, 2000, 3000 images/s; first step 1.5 s, 3 MiB.
  assert.ok(text.includes("| 784-10 | modern | 1 | 128 | 2,000 | 1.50 | 90.0 | 3.00 | 3 |"));
});

Deno.test("renderReport() puts published parameter figures next to exact counts", async () => {
  const slide = fakePublished({
    id: "slide.total",
    system: "Big on a slide",
    value: 50000,
    metric: "param_count",
    unit: "parameters",
    protocol: "exact=60000; cut to thousands",
    source: "Slides",
  });
  const text = await rendered([fakeRun({ arms: ARMS })], [...PAPER, slide]);
  assert.ok(text.includes("- Big on a slide: published as 50,000, here 60,000 (-16.67%): cut to thousands (Slides)"));
});

Deno.test("renderReport() puts confused pairs next to the published ones", async () => {
  const pair = fakePublished({
    id: "paper.pair9_4",
    system: "Big",
    value: 8,
    metric: "misclassified_count_9->4",
    protocol: "With distortions",
  });
  const text = await rendered([fakeRun({ arms: [{ variant: BIG, testErrors: [100, 100] }] })], [...PAPER, pair]);
  assert.ok(
    text.includes("200 misclassified digits in 2 trials. Published: Big, Paper 1998, Fig. 9 (With distortions)."),
  );
  assert.ok(text.includes("| 4 -> 9 | 60.0 | 0 |\n| 9 -> 4 | 30.0 | 8 |\n| 7 -> 2 | 10.0 | 0 |"));
  assert.ok(text.includes("| Big | modern | 4 -> 9 (60.0), 9 -> 4 (30.0), 7 -> 2 (10.0) |"));
});

Deno.test("renderReport() joins several folders, with a column and a command for each", async () => {
  const quick = fakeRun({
    arms: [{ variant: BIG, testErrors: [150] }],
    trial: { train_images: 6000, epochs: 2 },
    environment: { profile: "quick", started: "2024-03-01T00:00:00Z", command: "deno task bench fake --filter big" },
  });
  const text = await rendered([quick, fakeRun({ arms: ARMS.slice(0, 1) })], PAPER);
  assert.match(text, /\| 784-10 \|.*\| 60,000 images, 3 epochs \(paper\) \|/);
  assert.match(text, /\| Big \|.*\| 6,000 images, 2 epochs \(quick\) \|/);
  assert.ok(text.includes("| | run 1 | run 2 |"));
  assert.ok(text.includes("    deno task bench fake --profile paper\n    deno task bench fake --filter big"));
  assert.ok(text.includes("n = 1 to 3 seeds per row, profile paper and quick"));
});

Deno.test("renderReport() writes the same bytes from the same rows", async () => {
  const render = async () => [...await renderReport([fakeRun({ arms: ARMS })], PAPER)];
  assert.deepEqual(await render(), await render());
});

Deno.test("renderReport() turns no text of a row into markdown, HTML or SVG", async () => {
  const evil = "x|y <script>alert(1)</script> ](http://evil.test) `z`\n\n# heading";
  const run = fakeRun({
    arms: [{
      variant: {
        variant: evil,
        title: evil,
        model: evil,
        model_title: evil,
        architecture: evil,
        recipe: evil,
        recipe_title: evil,
        learning_rate_source: evil,
        departures: [evil],
        published: "paper.evil",
      },
      testErrors: [100, 110, null],
    }, {
      variant: { title: `${evil} 2`, variant: "arm", model_title: evil, baseline: evil, published: "paper.evil" },
      testErrors: [90, 100],
    }, {
      variant: { title: `${evil} 3`, variant: "alone", model_title: evil, baseline: `${evil} 3`, augmentation: evil },
      testErrors: [90],
    }, { variant: { title: evil, variant: "untried" }, testErrors: [] }],
    trial: { adapter: evil, kernels: evil },
    environment: {
      suite_title: evil,
      question: evil,
      command: evil,
      dataset_title: evil,
      dataset_notice: evil,
      adapter: evil,
      adapter_vendor: evil,
      os: evil,
      cpu: evil,
      program: evil,
      commit: evil,
      reach_train_error_pct: 5,
    },
  });
  const gradients = run.gradients.map((row) => ({ ...row, parameter: `${evil}${row.parameter}` }));
  const files = await renderReport([{ ...run, gradients, notices: [evil] }], [
    fakePublished({ id: "paper.evil", system: evil, value: 1, source: evil, protocol: evil }),
  ]);
  assert.equal(files.size, 9);
  for (const [name, text] of files) {
    const shown = text.split("\n").filter((line) => !line.startsWith("    ")).join("\n");
    assert.ok(!shown.includes("<script"), name);
    if (name === "report.md") assert.doesNotMatch(shown, /(?<!\\)\]\(http|http:/);
    assert.doesNotMatch(shown, /^# heading/m);
  }
  const text = files.get("report.md") ?? "";
  const cells = (row: string) => row.match(/(?<!\\)\|/g)?.length;
  const tables = text.match(/(?:^\|.*\n)+/gm) ?? [];
  // Nine that every report on MNIST has; comparisons, published effects, two of sweeps, epochs, and two of gradients.
  assert.equal(tables.length, 16);
  for (const table of tables) assert.equal(new Set(table.trimEnd().split("\n").map(cells)).size, 1, table);
});

Deno.test("writeReport() writes what differences() then finds unchanged", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const files = await renderReport([fakeRun({ arms: ARMS })], PAPER);
    const folder = `${directory}/new/folder`;
    assert.deepEqual(differences(files, folder), [...files.keys()]);
    writeReport(files, folder);
    assert.deepEqual(differences(files, folder), []);
    await Deno.writeTextFile(`${folder}/error_rates.svg`, " ", { append: true });
    assert.deepEqual(differences(files, folder), ["error_rates.svg"]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

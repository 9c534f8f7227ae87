import assert from "node:assert/strict";
import { type CurvePoint, drawCurves, drawErrors, type ErrorMark } from "./bar_and_line.ts";

const MARKS: readonly ErrorMark[] = [
  { name: "784-10", series: "modern", error: 8, low: 7.5, high: 8.5 },
  { name: "784-10", series: "published", error: 12, low: 11.4, high: 12.7 },
  { name: "LeNet-5", series: "modern", error: 0.8, low: -0.2, high: 1.8 },
];

function lines(name: string, series = "modern"): CurvePoint[] {
  return [1, 2, 3].map((epoch) => ({ name, series, line: "mean", measured: "training", epoch, value: 9 / epoch }));
}

/** Every tag closed in itself: nothing but text lies between tags, and a text holds no angle bracket. */
function assertWellFormed(svg: string) {
  assert.match(svg, /^<svg [^]*<\/svg>\n$/);
  assert.doesNotMatch(svg.replace(/<[^<>]*>/g, ""), /[<>]/);
}

Deno.test("drawErrors() draws the same bytes from the same marks", async () => {
  const first = await drawErrors(MARKS);
  await drawCurves(lines("other"), { axis: "error, %", floor: 0.01 });
  assert.equal(await drawErrors(MARKS), first);
  assertWellFormed(first);
});

Deno.test("drawErrors() names rows, series and values on white", async () => {
  const svg = await drawErrors(MARKS);
  for (const text of ["784-10", "LeNet-5", "modern", "published", "12.00", "0.80", "error, % (95% interval)"]) {
    assert.ok(svg.includes(`>${text}</text>`), text);
  }
  assert.match(svg, /<rect [^>]*fill="white"/);
});

Deno.test("drawErrors() writes coordinates with at most two decimals", async () => {
  const svg = await drawErrors(MARKS);
  assert.match(svg, /"translate\(\d+\.\d\d,/);
  assert.doesNotMatch(svg, /\d\.\d{3}/);
});

Deno.test("drawErrors() has ticks, however much the errors differ", async () => {
  const ticks = async (marks: readonly ErrorMark[]) =>
    [...(await drawErrors(marks)).matchAll(/font-size="10px"[^>]*>([^<]*)</g)].map(([, text]) => text);
  assert.deepEqual(await ticks(MARKS), ["1", "2", "5", "10"]);
  const linear = await ticks(MARKS.slice(0, 1));
  assert.equal(linear[0], "0");
  assert.ok(linear.length > 3);
});

Deno.test("drawErrors() labels a linear axis without powers of ten", async () => {
  const svg = await drawErrors([{ name: "net", series: "modern", error: 80, low: 60, high: 90 }]);
  assert.ok(svg.includes(">100</text>"));
  assert.doesNotMatch(svg, />\d+e\+?\d+</);
});

Deno.test("drawErrors() fits a whole interval above zero into the frame", async () => {
  const far = { name: "LeNet-5", series: "modern", error: 0.8, low: 0.12, high: 1.8 };
  const svg = await drawErrors([...MARKS.slice(0, 2), far]);
  // The tick at 0.2 stands between the interval's end at 0.12 and the mark.
  assert.ok(svg.includes(">0.2</text>"));
});

Deno.test("drawErrors() uses a linear axis for errors of zero", async () => {
  const svg = await drawErrors([{ name: "net", series: "modern", error: 0, low: 0, high: 0 }]);
  assertWellFormed(svg);
  assert.doesNotMatch(svg, /NaN|Infinity/);
});

Deno.test("drawErrors() and drawCurves() escape texts", async () => {
  const text = `</text><script>alert("1")</script>&amp;{signal}datum["x"]`;
  const marks = MARKS.map((mark) => ({ ...mark, name: text, series: `${mark.series} ${text}` }));
  for (const svg of [await drawErrors(marks), await drawCurves(lines(text, text), { axis: "error, %", floor: 0.01 })]) {
    assertWellFormed(svg);
    assert.ok(!svg.includes("<script"));
    assert.ok(svg.includes("&lt;script&gt;"));
  }
});

Deno.test("drawCurves() draws one panel per name, and dashes for held-out images", async () => {
  const heldOut = lines("B").map((point): CurvePoint => ({ ...point, measured: "held out" }));
  const options = { axis: "error, %", floor: 0.01 };
  const svg = await drawCurves([...lines("A"), ...lines("B"), ...heldOut], options);
  assert.equal(svg.match(/>epoch<\/text>/g)?.length, 2);
  for (const text of ["A", "B", "training", "held out"]) assert.ok(svg.includes(`>${text}</text>`), text);
  assert.ok(svg.includes('stroke-dasharray="4,3"'));
  assert.ok(!(await drawCurves(lines("A"), options)).includes("held out"));
});

Deno.test("drawCurves() places panels in equal steps, whatever their titles", async () => {
  const names = ["A", "a title of so many words that it is wider than its panel and what is next to it", "C"];
  const svg = await drawCurves(names.flatMap((name) => lines(name)), { axis: "error, %", floor: 0.01 });
  const places = [...svg.matchAll(/ concat_\d+_group"[^>]*><g transform="translate\(([\d.]+),/g)];
  assert.deepEqual(places.map(([, x]) => Number(x)), [0, 300, 600]);
});

Deno.test("drawCurves() keeps a curve that reaches zero on the paper", async () => {
  const points = lines("A").map((point) => ({ ...point, value: point.epoch === 3 ? 0 : point.value }));
  const svg = await drawCurves(points, { axis: "error, %", floor: 0.01 });
  assert.doesNotMatch(svg, /NaN|Infinity/);
});

Deno.test("drawCurves() draws eight networks, two recipes and five seeds in less than 200 KB", async () => {
  const points = Array.from(
    { length: 8 },
    (_, net) =>
      ["modern", "lecun1998-minibatch"].flatMap((series) =>
        (["mean", "seed 1", "seed 2", "seed 3", "seed 4", "seed 5"] as const).flatMap((line) =>
          Array.from({ length: 20 }, (_, epoch): CurvePoint => {
            const value = (net + 1) / (epoch + 1 + line.length);
            return { name: `net ${net}`, series, line, measured: "training", epoch: epoch + 1, value };
          })
        )
      ),
  ).flat();
  assert.ok((await drawCurves(points, { axis: "error, %", floor: 0.01 })).length < 200_000);
});

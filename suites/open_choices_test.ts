import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { LECUN_1998_MINIBATCH } from "../recipes/lecun1998_minibatch.ts";
import { RECIPES } from "../recipes/list.ts";
import { OPEN_CHOICES } from "./open_choices.ts";
import type { Variant } from "./suite.ts";

const { variants } = OPEN_CHOICES;
const bases = new Map(variants.filter(({ baseline }) => baseline === undefined).map((base) => [base.id, base]));

Deno.test("OPEN_CHOICES compares arms of one network, and has no base twice", () => {
  for (const { id, model, baseline } of variants) assert.equal(bases.get(baseline ?? id)?.model, model, id);
  assert.equal(new Set([...bases.values()].map(({ model, recipe }) => `${model.id} ${recipe.id}`)).size, bases.size);
});

Deno.test("OPEN_CHOICES has arms that differ from their base in one thing each", () => {
  for (const variant of variants) {
    if (variant.baseline === undefined || variant.recipe === LECUN_1998_MINIBATCH) continue;
    assert.equal(changes(variant, bases.get(variant.baseline)!).length, 1, variant.id);
  }
});

Deno.test("OPEN_CHOICES gives recipes that differ different ids and departures", () => {
  const recipes = [...new Set([...RECIPES, ...variants.map(({ recipe }) => recipe)])];
  assert.equal(new Set(recipes.map(({ id }) => id)).size, recipes.length);
  assert.equal(new Set(recipes.map(({ title }) => title)).size, recipes.length);
  assert.equal(new Set(recipes.map(({ departures }) => departures.join())).size, recipes.length);
});

/** What is trained differently. */
function changes(one: Variant, other: Variant): string[] {
  const settings = ({ learningRate, recipe: { id: _, title: __, departures: ___, ...recipe } }: Variant) => ({
    learningRate,
    ...recipe,
  });
  const [a, b] = [settings(one), settings(other)];
  return Object.keys(a).filter((key) => !isDeepStrictEqual(a[key as keyof typeof a], b[key as keyof typeof b]));
}

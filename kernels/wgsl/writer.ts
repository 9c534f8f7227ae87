/**
 * Text helpers for generated WGSL. Loops over tiles are unrolled while the shader is written, so that accumulators
 * are named scalars, which compilers keep in registers, and not arrays, which they may not.
 *
 * @module
 */
/** Elements a thread moves at once along a contiguous axis. */
export type Width = 1 | 2 | 4;

/** The widest vector in which an axis of `size` elements can be loaded without crossing its end. */
export function widthOf(size: number): Width {
  return size % 4 === 0 ? 4 : size % 2 === 0 ? 2 : 1;
}

/** The widths in which an axis of `size` elements can be loaded. */
export function widthsOf(size: number): Width[] {
  return ([1, 2, 4] as const).filter((width) => size % width === 0);
}

/**
 * The tile, of at most `most` elements and at least half that, that covers an axis of `size` elements with the least
 * overhang; the largest if there are several. 28 in at most 8 gives 7.
 */
export function tileOf(size: number, most: number): number {
  const largest = Math.min(size, most);
  let best = largest;
  for (let tile = largest; tile >= largest / 2; tile--) {
    if (Math.ceil(size / tile) * tile < Math.ceil(size / best) * best) best = tile;
  }
  return best;
}

/** The least multiple of `multiple` that is at least `count`. */
export function roundUp(count: number, multiple: number): number {
  return Math.ceil(count / multiple) * multiple;
}

/** 0 to `count - 1`. */
export function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** The statements `statement(0)` to `statement(count - 1)`. */
export function unroll(count: number, statement: (i: number) => string): string {
  return range(count).map(statement).join("\n");
}

/** The WGSL type of `width` floats. */
export function floats(width: Width): string {
  return width === 1 ? "f32" : `vec${width}<f32>`;
}

/** The WGSL type of the bits of `width` floats. */
export function words(width: Width): string {
  return width === 1 ? "u32" : `vec${width}<u32>`;
}

/** WGSL of the bits of `value`, `width` floats, without their signs: as numbers they are in the order of magnitudes. */
export function magnitude(value: string, width: Width): string {
  return `(bitcast<${words(width)}>(${value}) & ${words(width)}(0x7fffffffu))`;
}

/**
 * WGSL that is true where a {@linkcode magnitude} is that of a float that is not a number. Floats can't be asked:
 * compilers take `x != x` for false, and `max` and comparisons swallow what is not a number on some drivers.
 */
export function isNaNMagnitude(magnitude: string, width: Width): string {
  return `(${magnitude} > ${words(width)}(0x7f800000u))`;
}

/**
 * `value`, or the name `x` where that is not a number: functions and comparisons may swallow it, and a training that
 * diverges must not go unnoticed.
 */
export function keepingNaN(x: string, { value, width }: { value: string; width: Width }): string {
  return `select(${value}, ${x}, ${isNaNMagnitude(magnitude(x, width), width)})`;
}

/** Component `at` of `vector`, a name of `width` floats. */
export function element(vector: string, { at, width }: { at: number; width: Width }): string {
  return width === 1 ? vector : `${vector}.${"xyzw"[at]}`;
}

/** `value` as a float. */
export function float(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : `${value}`;
}

/** A vector of the given scalar expressions. */
export function vector(scalars: readonly string[]): string {
  return scalars.length === 1 ? scalars[0]! : `vec${scalars.length}<f32>(${scalars.join(", ")})`;
}

/** WGSL that splits `index` into the named coordinates of a grid, the first varying fastest. */
export function coordinates(index: string, axes: readonly (readonly [name: string, size: number])[]): string {
  let divisor = 1;
  return axes.map(([name, size], i) => {
    const quotient = divisor === 1 ? index : `${index} / ${divisor}`;
    divisor *= size;
    return `let ${name} = ${i === axes.length - 1 ? quotient : `(${quotient}) % ${size}`};`;
  }).join("\n");
}

/**
 * WGSL that names the first element of tile number `tile`, of `size` elements, along an axis of `of` elements. A tile
 * that would reach past the end is moved back: it shares elements with the one before, and both compute the same.
 */
export function tileStart(name: string, { tile, size, of }: { tile: string; size: number; of: number }): string {
  return `let ${name} = min(${tile} * ${size}, ${of - size});`;
}

/** `value` if `condition` is true, else zeros; `condition` undefined means always. */
export function orZero(value: string, { condition, width }: { condition: string | undefined; width: Width }): string {
  return condition === undefined ? value : `select(${floats(width)}(0.0), ${value}, ${condition})`;
}

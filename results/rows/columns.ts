/**
 * Types of columns that several tables share.
 *
 * @module
 */
import { z } from "zod";

/** A short name; never empty. */
export const id: z.ZodString = z.string().min(1).max(200);
/** Free text; may be empty. */
export const text: z.ZodString = z.string().max(10_000);
export const count: z.ZodInt = z.int().nonnegative();
export const seconds: z.ZodNumber = z.number().nonnegative();
export const percent: z.ZodNumber = z.number().min(0).max(100);
export const sha256: z.ZodString = z.string().regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits");

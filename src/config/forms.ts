import * as z from "zod/mini";

// How the schema is written. The message of a form says what is wanted; what was found is read from the value.

export type Form = z.core.$ZodType;

/** Text of a form, as in a name. */
export const line = (wanted: string, form: RegExp) => z.string(wanted).check(z.regex(form, wanted));

/** Items of one form. */
export const list = (item: Form, wanted: string) => z.array(item, wanted);

export const isFunction = (value: unknown): boolean => typeof value === "function";

/** Chooses by the form of the value, so that an issue is told of the part it is in and not of the whole. */
export const either = (choose: (value: unknown) => Form) =>
  z.any().check(({ value, issues }) => {
    const result = z.safeParse(choose(value), value);
    if (!result.success) issues.push(...(result.error.issues as never[]));
  });

/** Takes a function for later, and checks anything else now. */
export const setting = (plain: Form) => z.optional(either((value) => (isFunction(value) ? z.any() : plain)));

/** Refuses unknown keys and tells the known ones, which zod's own strict object does not. */
export const object = (shape: Readonly<Record<string, Form>>, wanted: string) => {
  const known = Object.keys(shape).sort();
  const inner = z.object(shape, wanted);
  return z.any().check(({ value, issues }) => {
    const result = z.safeParse(inner, value);
    if (!result.success) issues.push(...(result.error.issues as never[]));
    if (typeof value !== "object" || value === null || Array.isArray(value)) return;
    for (const key of Object.keys(value).filter((key) => !known.includes(key))) {
      issues.push({ code: "custom", path: [key], input: key, message: "unknown key", params: { known } });
    }
  });
};

export const yesNo = z.boolean("true or false");

export const variableName = line("the name of an environment variable", /^[A-Za-z_][A-Za-z0-9_]*$/);

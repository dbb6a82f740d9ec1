import * as z from "./zod.ts";

type Ignored<Name extends string> = { readonly [name in Name]: z.ZodOptional<z.ZodJSONSchema> };

/** Keys that answers have and the server sets: a request may send an answer back, and they are ignored. */
export function serverSet<Name extends string>(...names: readonly Name[]): Ignored<Name> {
  const ignored = z.json().optional().meta({ readOnly: true, description: "Ignored: set by the server" });
  return Object.fromEntries(names.map((name) => [name, ignored])) as Ignored<Name>;
}

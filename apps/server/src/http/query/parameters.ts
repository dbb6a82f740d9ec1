import { invalid } from "@plinth/core";

export type Parameters = ReadonlyMap<string, string>;

/** Refuses repeated and unknown parameters. */
export function readParameters(search: string, allowed: readonly string[]): Parameters {
  const found = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(search)) {
    if (!allowed.includes(name))
      throw invalid(name, `there is no such parameter; use ${allowed.join(", ")}`, "UNKNOWN_PARAMETER");
    if (found.has(name)) throw invalid(name, "this parameter may be given only once");
    found.set(name, value);
  }
  return found;
}

export function oneOf<T extends string>(params: Parameters, name: string, values: readonly T[]): T | undefined {
  const value = params.get(name);
  if (value !== undefined && !(values as readonly string[]).includes(value))
    throw invalid(name, `expected ${values.join(" or ")}`);
  return value as T | undefined;
}

/** Parses a parameter, if present. */
export function ifPresent<T>(
  params: Parameters,
  name: string,
  parse: (text: string, name: string) => T,
): T | undefined {
  const text = params.get(name);
  return text === undefined ? undefined : parse(text, name);
}

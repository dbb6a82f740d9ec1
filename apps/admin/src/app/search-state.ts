import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";

/** A schema of Zod, or of `searchParts`. */
export interface SearchSchema<State extends object> {
  safeParse(search: unknown):
    | { readonly success: true; readonly data: State }
    | {
        readonly success: false;
        readonly error: { readonly issues: readonly { readonly path: readonly PropertyKey[] }[] };
      };
  parse(search: unknown): State;
}

/**
 * A part of the address as the state of a view, so that each state can be linked to and the browser's Back works. What the
 * address holds wrongly counts as absent.
 *
 * @example
 * const [{ tab = "fields" }, setSearch] = useSearchState(z.object({ tab: z.string().optional() }));
 */
export function useSearchState<State extends object>(
  schema: SearchSchema<State>,
): [State, (next: Partial<State>, how?: { readonly replace?: boolean }) => void] {
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const navigate = useNavigate();
  const state = useMemo(() => validPart(schema, search), [schema, search]);
  const set = useCallback(
    (next: Partial<State>, { replace = false }: { readonly replace?: boolean } = {}) => {
      const to = { to: ".", search: (old: object) => defined({ ...old, ...next }), replace, resetScroll: false };
      void navigate(to as Parameters<typeof navigate>[0]);
    },
    [navigate],
  );
  return [state, set];
}

function validPart<State extends object>(schema: SearchSchema<State>, search: Record<string, unknown>): State {
  const whole = schema.safeParse(search);
  if (whole.success) return whole.data;
  const wrong = new Set(whole.error.issues.map(({ path }) => String(path[0])));
  const rest = schema.safeParse(Object.fromEntries(Object.entries(search).filter(([name]) => !wrong.has(name))));
  return rest.success ? rest.data : schema.parse({});
}

function defined(search: object): object {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined && value !== ""));
}

type Reader = (value: unknown) => unknown;

/**
 * Parts of the address, each with what reads it: what a reader does not take is absent. It is for the list of items, with which the
 * admin opens, and which would load Zod for this alone.
 */
export function searchParts<Readers extends Readonly<Record<string, Reader>>>(
  readers: Readers,
): SearchSchema<{ [Name in keyof Readers]?: ReturnType<Readers[Name]> }> {
  const parse = (search: unknown) => {
    const found = Object.entries(readers).flatMap(([name, read]) => {
      const value = read((search as Readonly<Record<string, unknown>>)[name]);
      return value === undefined ? [] : [[name, value]];
    });
    return Object.fromEntries(found) as { [Name in keyof Readers]?: ReturnType<Readers[Name]> };
  };
  return { parse, safeParse: (search) => ({ success: true, data: parse(search) }) };
}

export const asText = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** The router reads what looks like a number as one. */
export const asWords = (value: unknown): string | undefined =>
  typeof value === "number" || typeof value === "boolean" ? String(value) : asText(value);

export const asChoice =
  <Choice extends string>(choices: readonly Choice[]) =>
  (value: unknown): Choice | undefined =>
    choices.find((choice) => choice === value);

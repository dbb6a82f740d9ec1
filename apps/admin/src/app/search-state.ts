import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import type { z } from "zod";

/**
 * A part of the address as the state of a view, so that each state can be linked to and the browser's Back works. What the
 * address holds wrongly counts as absent.
 *
 * @example
 * const [{ tab = "fields" }, setSearch] = useSearchState(z.object({ tab: z.string().optional() }));
 */
export function useSearchState<S extends z.ZodType<object>>(
  schema: S,
): [z.output<S>, (next: Partial<z.output<S>>, how?: { readonly replace?: boolean }) => void] {
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const navigate = useNavigate();
  const state = useMemo(() => validPart(schema, search), [schema, search]);
  const set = useCallback(
    (next: Partial<z.output<S>>, { replace = false }: { readonly replace?: boolean } = {}) => {
      const to = { to: ".", search: (old: object) => defined({ ...old, ...next }), replace, resetScroll: false };
      void navigate(to as Parameters<typeof navigate>[0]);
    },
    [navigate],
  );
  return [state, set];
}

function validPart<S extends z.ZodType<object>>(schema: S, search: Record<string, unknown>): z.output<S> {
  const whole = schema.safeParse(search);
  if (whole.success) return whole.data;
  const wrong = new Set(whole.error.issues.map(({ path }) => String(path[0])));
  const rest = schema.safeParse(Object.fromEntries(Object.entries(search).filter(([name]) => !wrong.has(name))));
  return rest.success ? rest.data : schema.parse({});
}

function defined(search: object): object {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined && value !== ""));
}

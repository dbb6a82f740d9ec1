import { useCallback, useEffect, useState } from "react";
import type { Items } from "../items/items.ts";
import type { ItemPage } from "../items/query.ts";
import type { AnySchema, Checked, Query, Result, Slug } from "../schema/index.ts";
import type { PlinthClientError } from "../types.ts";

/** What a component shows of a page of items. */
export interface ListState<T> {
  /** The last page that came, also while a newer one is read. Undefined until the first, and after another query. */
  readonly page: ItemPage<T> | undefined;
  readonly loading: boolean;
  readonly error: PlinthClientError | undefined;
  /** Reads the page again. */
  readonly reload: () => void;
}

interface Held<T> {
  readonly asked: unknown;
  readonly text: string;
  readonly page?: ItemPage<T> | undefined;
  readonly error?: PlinthClientError | undefined;
  readonly loading: boolean;
}

/**
 * A page of items, read once, and again when the query changes. With undefined in place of items it asks for nothing.
 *
 * @example
 * const { page, loading, reload } = useList(client.from("films"), { sort: "title", limit: 20 });
 */
export function useList<S extends AnySchema, C extends Slug<S>, const Q extends Query<S, C>>(
  items: Items<S, C> | undefined,
  query: Q & Checked<S, C, Q>,
): ListState<Result<S, C, Q>> {
  const text = JSON.stringify(query);
  const [times, setTimes] = useState(0);
  const [held, setHeld] = useState<Held<Result<S, C, Q>>>({ asked: undefined, text, loading: true });
  // biome-ignore lint/correctness/useExhaustiveDependencies: it reads again whenever `reload` was called.
  useEffect(() => {
    if (!items) return undefined;
    const abort = new AbortController();
    const now = { asked: items, text };
    setHeld((before) =>
      before.asked === items && before.text === text ? { ...before, loading: true } : { ...now, loading: true },
    );
    items.list(JSON.parse(text), { signal: abort.signal }).then(
      (page) => setHeld({ ...now, page: page as never, loading: false }),
      (error) => {
        if (!abort.signal.aborted) setHeld((before) => ({ ...before, ...now, error, loading: false }));
      },
    );
    return () => abort.abort();
  }, [items, text, times]);
  const reload = useCallback(() => setTimes((before) => before + 1), []);
  const fits = items !== undefined && held.asked === items && held.text === text;
  return {
    page: fits ? held.page : undefined,
    error: fits ? held.error : undefined,
    loading: items !== undefined && (!fits || held.loading),
    reload,
  };
}

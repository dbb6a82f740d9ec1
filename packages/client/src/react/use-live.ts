import { useEffect, useState } from "react";
import type { Items } from "../items/items.ts";
import type { LiveList } from "../items/live.ts";
import type { AnySchema, Checked, Result, Slug } from "../schema/index.ts";
import type { PlinthClientError, State } from "../types.ts";

/** What a component shows of a live query. */
export interface LiveState<T> {
  /** Undefined until the first result. */
  readonly rows: readonly T[] | undefined;
  /** `connecting`, at first and after a lost connection; `live`; `closed`, after an error and without items. */
  readonly state: State;
  /** The refusal that ended it. */
  readonly error: PlinthClientError | undefined;
}

const BEFORE: LiveState<never> = { rows: undefined, state: "connecting", error: undefined };
const NOTHING: LiveState<never> = { ...BEFORE, state: "closed" };

/**
 * The result of a query, kept current as long as the component is there. With undefined in place of items it asks for
 * nothing, for example while nobody is signed in.
 *
 * @example
 * const { rows = [], error } = useLive(client.from("tasks"), { filter: { done: false }, sort: "rank" });
 */
export function useLive<S extends AnySchema, C extends Slug<S>, const Q extends LiveList<S, C>>(
  items: Items<S, C> | undefined,
  query: Q & Checked<S, C, Q>,
): LiveState<Result<S, C, Q>> {
  // A new object with the same content is the same query.
  const text = JSON.stringify(query);
  const [held, setHeld] = useState({ items, text, shown: BEFORE as LiveState<Result<S, C, Q>> });
  useEffect(() => {
    if (!items) return undefined;
    const show = (part: Partial<LiveState<Result<S, C, Q>>>): void =>
      setHeld((before) => {
        const same = before.items === items && before.text === text;
        return { items, text, shown: { ...(same ? before.shown : BEFORE), ...part } };
      });
    show({});
    const live = items.live(JSON.parse(text), (rows) => show({ rows: rows as never, state: "live" }), {
      onError: (error) => show({ error, state: "closed" }),
      onState: (state) => show({ state }),
    });
    return () => live.close();
  }, [items, text]);
  if (!items) return NOTHING;
  return held.items === items && held.text === text ? held.shown : BEFORE;
}

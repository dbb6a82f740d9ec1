interface Waiting<T> {
  readonly resolve: (found: T | null) => void;
  readonly reject: (error: unknown) => void;
}

/** Ids of one request: they are in its address. */
const MOST = 100;

/** Reads by one id. What is asked for in one turn is read together. Null: there is none. */
export function gatherIds<T extends { readonly id: string }>(
  read: (ids: readonly string[]) => Promise<readonly T[]>,
): (id: string) => Promise<T | null> {
  let waiting = new Map<string, Waiting<T>[]>();

  const flush = async (asked: ReadonlyMap<string, readonly Waiting<T>[]>): Promise<void> => {
    try {
      const found = new Map((await read([...asked.keys()])).map((one) => [one.id, one]));
      for (const [id, all] of asked) for (const { resolve } of all) resolve(found.get(id) ?? null);
    } catch (error) {
      for (const all of asked.values()) for (const { reject } of all) reject(error);
    }
  };
  return (id) =>
    new Promise((resolve, reject) => {
      if (waiting.size >= MOST) waiting = new Map();
      if (waiting.size === 0) {
        const asked = waiting;
        setTimeout(() => {
          if (waiting === asked) waiting = new Map();
          void flush(asked);
        });
      }
      waiting.set(id, [...(waiting.get(id) ?? []), { resolve, reject }]);
    });
}

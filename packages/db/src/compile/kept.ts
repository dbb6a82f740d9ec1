import type { SqlDialect } from "./dialect.ts";

/** Compiles once for each key (a tree, a collection) and dialect; the result lives as long as the key. */
export function kept<K extends object, V>(
  make: (dialect: SqlDialect, key: K) => V,
): (dialect: SqlDialect, key: K) => V {
  const byDialect = new WeakMap<SqlDialect, WeakMap<K, V>>();
  return (dialect, key) => {
    let known = byDialect.get(dialect);
    if (!known) {
      known = new WeakMap();
      byDialect.set(dialect, known);
    }
    let value = known.get(key);
    if (value === undefined) {
      value = make(dialect, key);
      known.set(key, value);
    }
    return value;
  };
}

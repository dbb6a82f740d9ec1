/**
 * A bounded cache of prepared statements, optimised for hits: one `Map.get`, and no reordering. Two generations replace
 * an exact LRU. When the young one is full it becomes the old one, and statements not used since are dropped. Engines
 * prepare again by themselves after a schema change, so entries need no version.
 */
export interface StatementCache<Statement> {
  get(sql: string): Statement;
  clear(): void;
}

export function statementCache<Statement>(options: {
  prepare: (sql: string) => Statement;
  drop?: (statement: Statement) => void;
  /** Statements of one generation; at most twice as many are cached. */
  generation?: number;
}): StatementCache<Statement> {
  const { prepare, drop, generation = 256 } = options;
  let young = new Map<string, Statement>();
  let old = new Map<string, Statement>();

  function miss(sql: string): Statement {
    let statement = old.get(sql);
    if (statement === undefined) statement = prepare(sql);
    else old.delete(sql);
    if (young.size >= generation) {
      dropAll(old);
      old = young;
      young = new Map();
    }
    young.set(sql, statement);
    return statement;
  }

  function dropAll(statements: Map<string, Statement>): void {
    if (drop) for (const statement of statements.values()) drop(statement);
    statements.clear();
  }

  return {
    get: (sql) => young.get(sql) ?? miss(sql),
    clear() {
      dropAll(young);
      dropAll(old);
    },
  };
}

export interface TableFacts {
  readonly live: number;
  readonly dead: number;
  readonly updates: number;
  readonly in_place: number;
  readonly table_bytes: number;
  readonly index_bytes: number;
}

/** What Postgres knows of a table: rows, dead rows, updates, those in place, and sizes. */
export async function tableFacts(database: string, name: string): Promise<TableFacts> {
  const sql = new Bun.SQL(database);
  try {
    await sql.unsafe("select pg_stat_force_next_flush()").catch(() => {});
    const [row] =
      await sql.unsafe(`select n_live_tup as live, n_dead_tup as dead, n_tup_upd as updates, n_tup_hot_upd as in_place,
      pg_table_size(relid) as table_bytes, pg_indexes_size(relid) as index_bytes from pg_stat_user_tables where relname = '${name}'
      order by n_tup_upd desc limit 1`);
    return Object.fromEntries(Object.entries(row as object).map(([key, value]) => [key, Number(value)])) as never;
  } finally {
    await sql.close();
  }
}

/** The processes that work for a database. */
export async function backendsOf(database: string): Promise<number[]> {
  const sql = new Bun.SQL(database);
  try {
    const rows =
      await sql`select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
    return (rows as { pid: number }[]).map(({ pid }) => pid);
  } finally {
    await sql.close();
  }
}

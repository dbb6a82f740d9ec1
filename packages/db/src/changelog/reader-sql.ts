import type { SqlDialect } from "../compile/dialect.ts";

/**
 * One statement for each read, so that its result is of one moment. Numbers are bound and read as text, which every
 * driver carries without loss. A read scans `SCAN` changes of any workspace by the key alone: an index by workspace
 * would cost every write more than it saves readers, who follow the log's end.
 */
export interface ReaderSql {
  readonly head: string;
  /** Parameters: xid and seq to read after, workspace, limit, scan, collections as JSON or null. */
  readonly read: string;
  /** Parameters: xid and seq to read after, scan. */
  readonly touched: string;
}

export function readerSql({ log, placeholder }: SqlDialect): ReaderSql {
  const { xid, order, descending } = log;
  const settled = log.settled === "1 = 1" ? "" : ` and ${log.settled}`;
  const head = `select h.head_xid, h.head_seq, cast(t.xid as text) as trimmed_xid, cast(t.seq as text) as trimmed_seq
    from plinth_changes_trimmed t left join
      (select cast(${xid} as text) as head_xid, cast(seq as text) as head_seq from plinth_changes where 1 = 1${settled}
       order by ${descending} limit 1) h on 1 = 1`;
  const scan = (limit: string): string => `select ${xid} as xid, seq, workspace_id, collection_id from plinth_changes
    where ${log.after(placeholder(1), placeholder(2))}${settled} order by ${order} limit cast(${limit} as integer)`;
  const read = `with s as (${scan(placeholder(5))}),
    p as (select s.xid, s.seq from s where s.workspace_id = ${placeholder(3)} and ${log.isListed("s.collection_id", placeholder(6))}
      order by s.xid, s.seq limit cast(${placeholder(4)} as integer)),
    e as (select cast(s.xid as text) as end_xid, cast(s.seq as text) as end_seq, (select count(*) from s) as scanned
      from s order by s.xid desc, s.seq desc limit 1)
    select h.*, e.*, cast(p.xid as text) as xid, cast(p.seq as text) as seq, c.collection_id, c.version, c.item, c.op,
      ${log.image("c.before")} as before, ${log.image("c.after")} as after, c.actor, c.request_id, c.at
    from (${head}) h left join e on 1 = 1 left join p on 1 = 1 left join plinth_changes c on ${log.isSame}
    order by p.xid, p.seq`;
  const touched = `with s as (${scan(placeholder(3))})
    select distinct s.workspace_id, e.end_xid, e.end_seq from s, (select cast(s.xid as text) as end_xid,
      cast(s.seq as text) as end_seq from s order by s.xid desc, s.seq desc limit 1) e`;
  return { head, read, touched };
}

import type { SqlDialectName } from "@plinth/core";

/**
 * One statement a read, so that all it says is of one moment. Numbers go and come as text, which every driver carries
 * without loss. A read looks at `SCAN` changes of any workspace by the key alone: an index by workspace would cost
 * every write more than it saves the readers, who follow the log's end.
 */
interface Parts {
  /** A change's place as columns. */
  xid: string;
  /** The order, and the index it walks. */
  order: string;
  descending: string;
  after(xid: string, seq: string): string;
  /** No change can appear before those that this lets through. */
  settled: string;
  inList(param: string): string;
  param(n: number): string;
  image(column: string): string;
}

const XMIN = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint";

const PARTS: Record<SqlDialectName, Parts> = {
  sqlite: {
    xid: "0",
    order: "seq",
    descending: "seq desc",
    after: (_, seq) => `seq > cast(${seq} as integer)`,
    settled: "",
    inList: (param) => `(${param} is null or s.collection_id in (select value from json_each(${param})))`,
    param: (n) => `?${n}`,
    image: (column) => `c.${column}`,
  },
  postgres: {
    xid: "xid",
    order: "xid, seq",
    descending: "xid desc, seq desc",
    after: (xid, seq) => `(xid, seq) > (${xid}::text::bigint, ${seq}::text::bigint)`,
    settled: ` and xid < ${XMIN}`,
    inList: (param) =>
      `(${param}::text is null or s.collection_id in (select jsonb_array_elements_text(${param}::text::jsonb)))`,
    param: (n) => `$${n}`,
    image: (column) => `c.${column}::text`,
  },
};

function headSql({ xid, descending, settled }: Parts): string {
  return `select h.head_xid, h.head_seq, cast(t.xid as text) as trimmed_xid, cast(t.seq as text) as trimmed_seq
    from plinth_changes_trimmed t left join
      (select cast(${xid} as text) as head_xid, cast(seq as text) as head_seq from plinth_changes where 1 = 1${settled}
       order by ${descending} limit 1) h on 1 = 1`;
}

function scan(parts: Parts, limit: string): string {
  const { param, after, settled, order } = parts;
  return `select ${parts.xid} as xid, seq, workspace_id, collection_id from plinth_changes
    where ${after(param(1), param(2))}${settled} order by ${order} limit cast(${limit} as integer)`;
}

/** Parameters: xid and seq to read after, workspace, limit, scan, collections as JSON or null. */
function readSql(parts: Parts): string {
  const { param } = parts;
  const same = parts.xid === "0" ? "c.seq = p.seq" : "c.xid = p.xid and c.seq = p.seq";
  return `with s as (${scan(parts, param(5))}),
    p as (select s.xid, s.seq from s where s.workspace_id = ${param(3)} and ${parts.inList(param(6))}
      order by s.xid, s.seq limit cast(${param(4)} as integer)),
    e as (select cast(s.xid as text) as end_xid, cast(s.seq as text) as end_seq, (select count(*) from s) as scanned
      from s order by s.xid desc, s.seq desc limit 1)
    select h.*, e.*, cast(p.xid as text) as xid, cast(p.seq as text) as seq, c.collection_id, c.version, c.item, c.op,
      ${parts.image("before")} as before, ${parts.image("after")} as after, c.actor, c.request_id, c.at
    from (${headSql(parts)}) h left join e on 1 = 1 left join p on 1 = 1 left join plinth_changes c on ${same}
    order by p.xid, p.seq`;
}

/** Parameters: xid and seq to look after, scan. */
function touchedSql(parts: Parts): string {
  return `with s as (${scan(parts, parts.param(3))})
    select distinct s.workspace_id, e.end_xid, e.end_seq from s, (select cast(s.xid as text) as end_xid,
      cast(s.seq as text) as end_seq from s order by s.xid desc, s.seq desc limit 1) e`;
}

const each = (make: (parts: Parts) => string): Record<SqlDialectName, string> => ({
  sqlite: make(PARTS.sqlite),
  postgres: make(PARTS.postgres),
});

export const HEAD_SQL = each(headSql);
export const READ_SQL = each(readSql);
export const TOUCHED_SQL = each(touchedSql);

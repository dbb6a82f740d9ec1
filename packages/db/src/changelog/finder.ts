import type {
  Change,
  ChangeFilter,
  ChangeFinder,
  ChangeHead,
  ChangeOperation,
  LoggedRequest,
  LogPosition,
  SqlDriver,
  SqlRow,
  SqlValue,
} from "@plinth/core";
import { longTextField } from "@plinth/core";
import { numbered } from "../compile/numbered.ts";
import { dialectOf } from "../dialects/index.ts";
import { changeConditions } from "./change-conditions.ts";
import { formatPosition, parsePosition, positionOf } from "./position.ts";
import { shortened } from "./shortened.ts";

/** Decodes rows of the log by the definitions of their collections. */
export type DecodeRows = (workspaceId: string, rows: readonly SqlRow[]) => Promise<Change[]>;

const REQUEST = longTextField("request_id");
/** Changes among which one page of requests is looked for. */
const REQUEST_SCAN = 20_000;

interface CountedRequest {
  readonly request: LoggedRequest;
  /** It has no change at or after the position before which the page lies: no page before had it. */
  readonly isNew: boolean;
}

/** Finds changes by the indexes on the item and on the request. */
export function changeFinder(driver: SqlDriver, decode: DecodeRows): ChangeFinder {
  const dialect = dialectOf(driver);
  const { log } = dialect;
  const head = `cast(${log.xid} as text) as xid, cast(seq as text) as seq, collection_id, item, op, actor`;
  const change = `${head}, version, ${log.image("before")} as before, ${log.image("after")} as after, request_id, at`;

  // The columns, as the texts that are read have the same names.
  const newestFirst = log.descending.replaceAll(/\b(xid|seq)\b/g, "plinth_changes.$1");

  async function select(
    columns: string,
    where: string[],
    values: SqlValue[],
    { limit, maxBytes }: { limit: number; maxBytes?: number | undefined },
  ): Promise<SqlRow[]> {
    const sql = `select ${columns} from plinth_changes where ${where.join(" and ")}
      order by ${newestFirst} limit cast(?${values.length + 1} as integer)`;
    return driver.all({ ...numbered(dialect, sql, [...values, limit]), maxBytes });
  }

  /** Conditions on the position; adds their parameters to `values`. */
  function within(bounds: { before?: LogPosition | undefined; after?: LogPosition | undefined }, values: SqlValue[]) {
    return (["before", "after"] as const).flatMap((side) => {
      const position = bounds[side];
      if (position === undefined) return [];
      const { xid, seq } = parsePosition(position);
      const n = values.push(xid.toString(), seq.toString());
      return [log[side](`?${n - 1}`, `?${n}`)];
    });
  }

  async function countsOf(
    workspaceId: string,
    requestIds: readonly string[],
    before: LogPosition | undefined,
    filter: ChangeFilter,
  ): Promise<Map<string, CountedRequest>> {
    if (requestIds.length === 0) return new Map();
    const values: SqlValue[] = [dialect.encodeList(REQUEST, requestIds), workspaceId];
    const [isBefore = "1 = 1"] = within({ before }, values);
    const isFound = ["1 = 1", ...changeConditions(dialect, filter, values)].join(" and ");
    const sql = `select request_id, collection_id, op, cast(count(*) as integer) as n, min(at) as first, max(at) as last,
        max(case when ${isBefore} then 0 when ${isFound} then 1 else 0 end) as shown, max(actor) as actor from plinth_changes
      where request_id is not null and ${dialect.isIn(REQUEST, "request_id", "?1")} and workspace_id = ?2
      group by request_id, collection_id, op`;
    const rows = await driver.all(numbered(dialect, sql, values));
    return new Map(
      [...Map.groupBy(rows, (row) => row.request_id as string)].map(([id, own]) => [id, counted(id, own)]),
    );
  }

  return {
    async ofItem({ workspaceId, collectionId, item }, { limit: most, ...bounds }) {
      const values: SqlValue[] = [collectionId, item, workspaceId];
      const where = ["collection_id = ?1", "item = ?2", "workspace_id = ?3", ...within(bounds, values)];
      const { rows, limit } = await shortened(most, (limit, maxBytes) =>
        select(change, where, values, { limit: limit + 1, maxBytes }),
      );
      return { changes: await decode(workspaceId, rows.slice(0, limit)), more: rows.length > limit };
    },
    async requests(workspaceId, { limit, before, filter = {} }) {
      const values: SqlValue[] = [];
      const bounds = within({ before }, values);
      const conditions = changeConditions(dialect, filter, values);
      // An index finds the changes of an item or a request; others are looked for among the newest ones.
      const scanned = filter.item === undefined && filter.requestId === undefined ? bounds : [...bounds, ...conditions];
      const where = scanned.length > 0 ? ` where ${scanned.join(" and ")}` : "";
      const n = values.push(REQUEST_SCAN, workspaceId);
      const fits = [`workspace_id = ?${n}`, "request_id is not null", ...conditions].join(" and ");
      const sql = `with w as (select ${log.xid} as xid, seq, workspace_id, request_id, collection_id, item, op, actor, at
          from plinth_changes${where} order by ${newestFirst} limit cast(?${n - 1} as integer)),
        e as (select cast(w.xid as text) as end_xid, cast(w.seq as text) as end_seq, (select count(*) from w) as scanned,
            (select max(at) from w) as newest
          from w order by w.xid, w.seq limit 1),
        r as (select request_id, xid, seq,
            row_number() over (partition by request_id order by xid desc, seq desc) as nth from w where ${fits})
        select e.*, r.request_id, cast(r.xid as text) as xid, cast(r.seq as text) as seq from e
          left join r on r.nth = 1 order by r.xid desc, r.seq desc`;
      const rows = await driver.all(numbered(dialect, sql, values));
      const newest = rows.filter(({ request_id }) => request_id !== null);
      const found = newest.slice(0, limit);
      const all = await countsOf(
        workspaceId,
        found.map((row) => row.request_id as string),
        before,
        filter,
      );
      const last = found.at(-1);
      const cut = newest.length > limit && last ? positionOf(last.xid!, last.seq!) : undefined;
      const [scan] = rows;
      const isWhole = !scan || Number(scan.scanned) < REQUEST_SCAN || Number(scan.newest) < (filter.since ?? 0);
      const end = isWhole ? undefined : positionOf(scan.end_xid!, scan.end_seq!);
      const next = cut ?? end;
      const requests = found.flatMap((row) => {
        const one = all.get(row.request_id as string);
        return one?.isNew ? [one.request] : [];
      });
      return { requests, next: next && formatPosition(next) };
    },
    async ofRequests(workspaceId, requestIds, { limit, before }) {
      const values: SqlValue[] = [dialect.encodeList(REQUEST, requestIds), workspaceId];
      const among = `request_id is not null and ${dialect.isIn(REQUEST, "request_id", "?1")}`;
      const where = [among, "workspace_id = ?2", ...within({ before }, values)];
      return (await select(head, where, values, { limit })).map(headOf);
    },
    async at(workspaceId, positions) {
      const pairs = positions.map(parsePosition).map(({ xid, seq }) => [xid.toString(), seq.toString()]);
      const where = [log.isAmong("?1"), "workspace_id = ?2"];
      const { rows, limit } = await shortened(positions.length, (limit, maxBytes) =>
        select(change, where, [JSON.stringify(pairs.slice(0, limit)), workspaceId], { limit, maxBytes }),
      );
      return { changes: await decode(workspaceId, rows), taken: limit };
    },
  };
}

function headOf(row: SqlRow): ChangeHead {
  return {
    position: formatPosition(positionOf(row.xid!, row.seq!)),
    collectionId: row.collection_id as string,
    item: row.item as string,
    operation: row.op as ChangeOperation,
    actor: row.actor as string | null,
  };
}

function counted(requestId: string, rows: readonly SqlRow[]): CountedRequest {
  const numbers = (name: string): number[] => rows.map((row) => Number(row[name]));
  const request = {
    requestId,
    actor: (rows.find((row) => row.actor !== null)?.actor ?? null) as string | null,
    from: Math.min(...numbers("first")),
    to: Math.max(...numbers("last")),
    counts: rows.map((row) => ({
      collectionId: row.collection_id as string,
      operation: row.op as ChangeOperation,
      count: Number(row.n),
    })),
  };
  return { request, isNew: numbers("shown").every((shown) => shown === 0) };
}

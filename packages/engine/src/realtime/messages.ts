import {
  type Change,
  type ChangePage,
  type ChangeReader,
  type Json,
  type Place,
  PlinthError,
  type SqlDriver,
  type SqlRow,
} from "@plinth/core";
import { dialectOf, parsePlace } from "@plinth/db";
import { commit } from "../commit/commit.ts";
import type { Scope } from "../kernel/engine.ts";

/** Messages of application channels, kept for a while so that who resumes misses none, on any replica. */
const KEEP_MS = 3_600_000;
/** They are taken away a little later, so that replicas whose clocks differ agree on what is gone. */
const TRIM_MS = KEEP_MS + 300_000;
/** Where a workspace without any messages stands. */
const START: Place = "1.0.0";

export interface Published {
  readonly event: string;
  readonly data: Json;
}

/** One statement, and now and then one that takes away what is old. */
export async function publish(scope: Scope, channel: string, { event, data }: Published) {
  const { driver, principal, now } = scope;
  const sender = principal.kind === "anonymous" ? null : `${principal.kind}:${principal.id}`;
  const columns = ["workspace_id", "channel", "event", "data", "sender", "at"];
  const values = columns.map((_, i) => dialectOf(driver).placeholder(i + 1)).join(", ");
  const told = {
    sql: `insert into plinth_messages (${columns.join(", ")}) values (${values})`,
    params: [principal.workspaceId, channel, event, JSON.stringify(data), sender, now],
  };
  const answer = await commit(scope, { queries: [told], data: { channel, event } });
  if (Math.random() < 0.01) await trim(driver, now - TRIM_MS);
  return answer;
}

/** The newest old one of each workspace stays: readers that stand before it have missed some, and those at it none. */
async function trim(driver: SqlDriver, before: number): Promise<void> {
  const limit = dialectOf(driver).placeholder(1);
  await driver.run({
    sql: `delete from plinth_messages where at < ${limit} and (xid, seq) not in (select t.xid, t.seq from
      (select xid, seq, row_number() over (partition by workspace_id order by xid desc, seq desc) as nth
        from plinth_messages where at < ${limit}) t where t.nth = 1)`,
    params: [before],
  });
}

/** The messages of a workspace as a log, in the order in which they were committed. */
export function messageReader(driver: SqlDriver, now: () => number): ChangeReader {
  const { dialect } = driver;
  const [one, two, three] = [1, 2, 3].map((n) => dialectOf(driver).placeholder(n)) as [string, string, string];
  // As in the change log: what a transaction still under way may yet put before is not read.
  const ended = dialect === "postgres" ? "xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint" : "1 = 1";
  const number = (placeholder: string): string => `cast(${placeholder} as bigint)`;
  const from = dialect === "postgres" ? `(xid, seq) >= (${number(two)}, ${number(three)})` : `seq >= ${number(three)}`;
  return {
    async head(workspaceId) {
      const sql = `select cast(xid as text) as xid, cast(seq as text) as seq from plinth_messages
        where workspace_id = ${one} and ${ended} order by plinth_messages.xid desc, plinth_messages.seq desc limit 1`;
      const [row] = await driver.all({ sql, params: [workspaceId] });
      return row ? placeOf(row) : START;
    },
    async read(workspaceId, after, { limit }): Promise<ChangePage> {
      const { xid, seq } = parsePlace(after);
      // With the message at the place itself, which tells whether there is one.
      const sql = `select cast(xid as text) as xid, cast(seq as text) as seq, channel, event, data, sender, at
        from plinth_messages where workspace_id = ${one} and ${from} and ${ended}
        order by plinth_messages.xid, plinth_messages.seq limit ${limit + 1}`;
      const rows = await driver.all({ sql, params: [workspaceId, String(xid), String(seq)] });
      const page = rows.filter((row) => placeOf(row) !== after).slice(0, limit);
      requireKept(rows, page, after, now() - KEEP_MS);
      const changes = page.map((row) => messageOf(workspaceId, row));
      return { changes, next: changes.at(-1)?.place ?? after, more: page.length === limit };
    },
  };
}

function placeOf({ xid, seq }: SqlRow): Place {
  return `1.${xid}.${seq}`;
}

/**
 * Of what came after a place, nothing may be so old that some of it may have been taken away. A workspace's newest
 * message is always there, so that a place after which and at which there is none was not given by this database.
 */
function requireKept(rows: readonly SqlRow[], page: readonly SqlRow[], after: Place, since: number): void {
  const old = page.some(({ at }) => Number(at) < since);
  const beyond = rows.length === 0 && after !== START;
  if (!old && !beyond) return;
  const what = old ? "is older than the stored messages" : "does not belong to these messages";
  throw new PlinthError("GONE", `This position ${what}; continue from the newest position.`, { field: "after" });
}

function messageOf(workspaceId: string, row: SqlRow): Change {
  const place = placeOf(row);
  return {
    place,
    workspaceId,
    collectionId: row.channel as string,
    item: place,
    operation: "insert",
    before: null,
    after: { event: row.event as string, data: JSON.parse(row.data as string) as Json },
    actor: row.sender as string | null,
    requestId: null,
    at: new Date(Number(row.at)).toISOString(),
  };
}

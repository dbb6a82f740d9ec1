import type { Change, ChangePage, ChangeReader, Json, Place, SqlDriver } from "@plinth/core";
import { dialectOf, parsePlace } from "@plinth/db";
import type { Scope } from "../engine.ts";

/** Messages of application channels, kept for a while so that who resumes misses none, on any replica. */
const KEEP_MS = 3_600_000;

export interface Published {
  readonly event: string;
  readonly data: Json;
}

/** One statement, and now and then one that takes away what is old. */
export async function publish(scope: Scope, channel: string, { event, data }: Published): Promise<void> {
  const { driver, principal, now } = scope;
  const sender = principal.kind === "anonymous" ? null : `${principal.kind}:${principal.id}`;
  const columns = ["workspace_id", "channel", "event", "data", "sender", "at"];
  const values = columns.map((_, i) => dialectOf(driver).placeholder(i + 1)).join(", ");
  await driver.run({
    sql: `insert into plinth_messages (${columns.join(", ")}) values (${values})`,
    params: [principal.workspaceId, channel, event, JSON.stringify(data), sender, now],
  });
  if (Math.random() < 0.01) {
    const limit = dialectOf(driver).placeholder(1);
    await driver.run({ sql: `delete from plinth_messages where at < ${limit}`, params: [now - KEEP_MS] });
  }
}

/** The messages of a workspace as a log, in the order in which they were committed. */
export function messageReader(driver: SqlDriver, now: () => number): ChangeReader {
  const [one, two, three, four] = [1, 2, 3, 4].map((n) => dialectOf(driver).placeholder(n)) as [
    string,
    string,
    string,
    string,
  ];
  // As in the change log: what a transaction still under way may yet put before is not read.
  const ended = driver.dialect === "postgres" ? "xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint" : "1 = 1";
  const number = (placeholder: string): string => `cast(${placeholder} as bigint)`;
  const beyond = `(xid > ${number(two)} or (xid = ${number(two)} and seq > ${number(three)}))`;
  return {
    async head(workspaceId) {
      const sql = `select cast(xid as text) as xid, cast(seq as text) as seq from plinth_messages
        where workspace_id = ${one} and ${ended} order by plinth_messages.xid desc, plinth_messages.seq desc limit 1`;
      const [row] = await driver.all({ sql, params: [workspaceId] });
      return row ? `1.${row.xid}.${row.seq}` : "1.0.0";
    },
    async read(workspaceId, after, { limit }): Promise<ChangePage> {
      const { xid, seq } = parsePlace(after);
      const sql = `select cast(xid as text) as xid, cast(seq as text) as seq, channel, event, data, sender, at
        from plinth_messages where workspace_id = ${one} and ${beyond} and ${ended} and at >= ${number(four)}
        order by plinth_messages.xid, plinth_messages.seq limit ${limit}`;
      const rows = await driver.all({ sql, params: [workspaceId, String(xid), String(seq), now() - KEEP_MS] });
      const changes = rows.map((row): Change => {
        const place: Place = `1.${row.xid}.${row.seq}`;
        const at = new Date(Number(row.at)).toISOString();
        const after = { event: row.event as string, data: JSON.parse(row.data as string) as Json };
        const actor = row.sender as string | null;
        return {
          place,
          workspaceId,
          collectionId: row.channel as string,
          item: place,
          operation: "insert",
          before: null,
          after,
          actor,
          requestId: null,
          at,
        };
      });
      return { changes, next: changes.at(-1)?.place ?? after, more: rows.length === limit };
    },
  };
}

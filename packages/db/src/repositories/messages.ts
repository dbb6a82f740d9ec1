import type { Json, LogPosition, SqlDriver, SqlQuery, SqlRow } from "@plinth/core";
import { formatPosition, parsePosition } from "../changelog/position.ts";
import { numbered } from "../compile/numbered.ts";
import { dialectOf } from "../dialects/index.ts";

/** Messages of application channels, in commit order. */
export interface ChannelMessage {
  readonly position: LogPosition;
  readonly channel: string;
  readonly event: string;
  readonly data: Json;
  readonly sender: string | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export function insertMessage(
  driver: SqlDriver,
  workspaceId: string,
  { channel, event, data, sender, at }: Omit<ChannelMessage, "position">,
): SqlQuery {
  const sql = `insert into plinth_messages (workspace_id, channel, event, data, sender, at) values (?1, ?2, ?3, ?4, ?5, ?6)`;
  return numbered(dialectOf(driver), sql, [workspaceId, channel, event, JSON.stringify(data), sender, at]);
}

/** The newest old one of each workspace stays: readers before it have missed some, and readers at it none. */
export async function trimMessages(driver: SqlDriver, before: number): Promise<void> {
  const sql = `delete from plinth_messages where at < ?1 and (xid, seq) not in (select t.xid, t.seq from
      (select xid, seq, row_number() over (partition by workspace_id order by xid desc, seq desc) as nth
        from plinth_messages where at < ?1) t where t.nth = 1)`;
  await driver.run(numbered(dialectOf(driver), sql, [before]));
}

/** The position of the newest message; undefined where there is none. */
export async function findNewestMessage(driver: SqlDriver, workspaceId: string): Promise<LogPosition | undefined> {
  const dialect = dialectOf(driver);
  const sql = `select cast(xid as text) as xid, cast(seq as text) as seq from plinth_messages
        where workspace_id = ?1 and ${dialect.log.settled} order by plinth_messages.xid desc, plinth_messages.seq desc limit 1`;
  const [row] = await driver.all(numbered(dialect, sql, [workspaceId]));
  return row && positionOf(row);
}

/** The message at a position, which shows whether there is one, and those after it. */
export async function listMessagesFrom(
  driver: SqlDriver,
  workspaceId: string,
  position: LogPosition,
  limit: number,
): Promise<ChannelMessage[]> {
  const dialect = dialectOf(driver);
  const { xid, seq } = parsePosition(position);
  // As in the change log: rows that an active transaction may still precede are not read.
  const sql = `select cast(xid as text) as xid, cast(seq as text) as seq, channel, event, data, sender, at
        from plinth_messages where workspace_id = ?1 and ${dialect.log.from("?2", "?3")} and ${dialect.log.settled}
        order by plinth_messages.xid, plinth_messages.seq limit ${limit}`;
  const rows = await driver.all(numbered(dialect, sql, [workspaceId, String(xid), String(seq)]));
  return rows.map(messageOf);
}

function positionOf({ xid, seq }: SqlRow): LogPosition {
  return formatPosition({ xid: BigInt(xid as string), seq: BigInt(seq as string) });
}

function messageOf(row: SqlRow): ChannelMessage {
  return {
    position: positionOf(row),
    channel: row.channel as string,
    event: row.event as string,
    data: JSON.parse(row.data as string) as Json,
    sender: row.sender as string | null,
    at: Number(row.at),
  };
}

import { type LogPosition, PlinthError, type SqlValue } from "@plinth/core";

/** The position of a change in the log's order; `xid` is 0 on engines with a single writer. */
export interface PositionParts {
  readonly xid: bigint;
  readonly seq: bigint;
}

/** `<version>.<xid>.<seq>`: a new format gets a new version, and old positions can still be recognised. */
const POSITION = /^1\.(\d{1,19})\.(\d{1,19})$/;
/** The largest number that engines compare; nineteen digits can exceed it. */
const MAX = 2n ** 63n - 1n;

/** Numbers are read as text. */
export function positionOf(xid: SqlValue, seq: SqlValue): PositionParts {
  return { xid: BigInt(xid as string), seq: BigInt(seq as string) };
}

export function formatPosition({ xid, seq }: PositionParts): LogPosition {
  return `1.${xid}.${seq}`;
}

/** Throws `INVALID_CURSOR` for an invalid position: callers send them. */
export function parsePosition(position: LogPosition): PositionParts {
  const parts = readPosition(position);
  if (!parts) throw new PlinthError("INVALID_CURSOR", "This is not a position in the change log.", { field: "after" });
  return parts;
}

function readPosition(position: string): PositionParts | undefined {
  const match = POSITION.exec(position);
  if (!match) return undefined;
  const [xid, seq] = [BigInt(match[1]!), BigInt(match[2]!)];
  return xid > MAX || seq > MAX ? undefined : { xid, seq };
}

export function comparePositionParts(a: PositionParts, b: PositionParts): number {
  if (a.xid !== b.xid) return a.xid < b.xid ? -1 : 1;
  return a.seq === b.seq ? 0 : a.seq < b.seq ? -1 : 1;
}

/** The order of positions of one database. */
export function comparePositions(a: LogPosition, b: LogPosition): number {
  return a === b ? 0 : comparePositionParts(parsePosition(a), parsePosition(b));
}

export function isPosition(text: string): boolean {
  return readPosition(text) !== undefined;
}

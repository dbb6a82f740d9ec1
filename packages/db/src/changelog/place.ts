import { type Place, PlinthError } from "@plinth/core";

/** Where a change stands in the log's order; `xid` is 0 on engines with a single writer. */
export interface Position {
  readonly xid: bigint;
  readonly seq: bigint;
}

export const START: Position = { xid: 0n, seq: 0n };

/** `<version>.<xid>.<seq>`: another format gets another version, and places of this one can still be told. */
const PLACE = /^1\.(\d{1,19})\.(\d{1,19})$/;
/** What engines can compare with; nineteen digits may say more. */
const MAX = 2n ** 63n - 1n;

export function formatPlace({ xid, seq }: Position): Place {
  return `1.${xid}.${seq}`;
}

/** Throws `INVALID_CURSOR` for what is no place: they come back from callers. */
export function parsePlace(place: Place): Position {
  const position = positionIn(place);
  if (!position)
    throw new PlinthError("INVALID_CURSOR", "This is not a position in the change log.", { field: "after" });
  return position;
}

function positionIn(place: string): Position | undefined {
  const match = PLACE.exec(place);
  if (!match) return undefined;
  const [xid, seq] = [BigInt(match[1]!), BigInt(match[2]!)];
  return xid > MAX || seq > MAX ? undefined : { xid, seq };
}

export function comparePositions(a: Position, b: Position): number {
  if (a.xid !== b.xid) return a.xid < b.xid ? -1 : 1;
  return a.seq === b.seq ? 0 : a.seq < b.seq ? -1 : 1;
}

/** The order of places of one database. */
export function comparePlaces(a: Place, b: Place): number {
  return a === b ? 0 : comparePositions(parsePlace(a), parsePlace(b));
}

export function isPlace(text: string): boolean {
  return positionIn(text) !== undefined;
}

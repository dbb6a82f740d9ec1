import type { ChangeLog, LogPosition } from "@plinth/core";
import { parsePosition } from "@plinth/db";

/** The position in the log after which changes count, as a row holds it. */
export interface LogStart {
  readonly startXid: number;
  readonly startSeq: number;
}

export interface PositionNumbers {
  readonly xid: number;
  readonly seq: number;
}

export function numbersOf(position: LogPosition): PositionNumbers {
  const { xid, seq } = parsePosition(position);
  return { xid: Number(xid), seq: Number(seq) };
}

export function startAt(position: LogPosition): LogStart {
  const { xid, seq } = numbersOf(position);
  return { startXid: xid, startSeq: seq };
}

/** No change of this log comes after its start: that is of another one. */
export function isBeyond({ startXid, startSeq }: LogStart, head: PositionNumbers): boolean {
  return startXid > head.xid || (startXid === head.xid && startSeq > head.seq);
}

export function isAfter({ xid, seq }: PositionNumbers, { startXid, startSeq }: LogStart): boolean {
  return xid > startXid || (xid === startXid && seq > startSeq);
}

/** The position of the last change before a time. */
export async function positionAt(reader: ChangeLog, workspaceId: string, time: number): Promise<LogPosition> {
  let position = await reader.start();
  for (;;) {
    const { changes, next, more } = await reader.read(workspaceId, position, { limit: READ_AT_ONCE });
    const later = changes.findIndex(({ at }) => Date.parse(at) >= time);
    if (later === 0) return position;
    if (later > 0) return changes[later - 1]!.position;
    if (!more) return next;
    position = next;
  }
}

const READ_AT_ONCE = 500;

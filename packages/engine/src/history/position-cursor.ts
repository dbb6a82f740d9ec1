import { type LogPosition, PlinthError } from "@plinth/core";
import { isPosition } from "@plinth/db";
import { decodeCursor } from "../read/cursor.ts";

/** The position in a cursor of a list that is in the order of the log, newest first. */
export function positionIn(cursor: string | undefined, sort: string): LogPosition | undefined {
  if (!cursor) return undefined;
  const [position] = decodeCursor(cursor, sort);
  if (typeof position === "string" && isPosition(position)) return position;
  throw new PlinthError("INVALID_CURSOR", undefined, { field: "cursor" });
}

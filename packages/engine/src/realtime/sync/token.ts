import { type LogPosition, PlinthError } from "@plinth/core";
import { isPosition } from "@plinth/db";
import type { RequestContext } from "../../kernel/engine.ts";
import { decryptPosition, encryptPosition } from "../../kernel/position-cipher.ts";

/** What the owner of a token has been sent. */
export interface SyncState {
  /** All changes up to here. */
  readonly position: LogPosition;
  /** What time alone changes, up to here; milliseconds since the epoch. Absent where it changes nothing. */
  readonly time?: number | undefined;
  /** Each shape's key, and how far its snapshot is. */
  readonly shapes: ReadonlyMap<string, SnapshotProgress>;
}

/** The last id that was sent; empty: none yet. */
export type SnapshotProgress = "complete" | { readonly after: string };

export const MAX_TOKEN = 4000;

/**
 * Encrypted: a position or a time of the caller's choice would show what was before it had access, and a position that it
 * could read, how often others write.
 */
export function tokenOf({ engine, principal }: RequestContext, { position, time, shapes }: SyncState): string {
  const progress = [...shapes].map(([key, at]) => (at === "complete" ? key : [key, at.after]));
  return encryptPosition(engine, contextOf(principal), JSON.stringify([position, time ?? null, progress]));
}

export function parseSyncToken({ engine, principal }: RequestContext, token: string): SyncState {
  const text = token.length > MAX_TOKEN ? undefined : decryptPosition(engine, contextOf(principal), token);
  if (text === undefined) throw refusal();
  const [position, time, progress] = JSON.parse(text) as [LogPosition, number | null, (string | [string, string])[]];
  // One of an older version of Plinth.
  if (!isPosition(position)) throw refusal();
  const shapes = progress.map((one): [string, SnapshotProgress] =>
    typeof one === "string" ? [one, "complete"] : [one[0], { after: one[1] }],
  );
  return { position, time: time ?? undefined, shapes: new Map(shapes) };
}

function refusal(): PlinthError {
  const message = "after: is not a position that this server sent; sync again without it";
  return new PlinthError("INVALID_CURSOR", message, { field: "after" });
}

function contextOf({ workspaceId }: RequestContext["principal"]): string {
  return `sync ${workspaceId}`;
}

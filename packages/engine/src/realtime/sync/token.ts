import { fromBase64Url, type LogPosition, PlinthError, sameText, toBase64Url } from "@plinth/core";
import { isPosition } from "@plinth/db";
import type { RequestContext } from "../../kernel/engine.ts";
import { positionMac } from "../position-signature.ts";

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

/** Signed: a position or a time of the caller's choice would show what was before it had access. */
export function tokenOf(ctx: RequestContext, { position, time, shapes }: SyncState): string {
  const progress = [...shapes].map(([key, at]) => (at === "complete" ? key : [key, at.after]));
  const body = toBase64Url(new TextEncoder().encode(JSON.stringify([position, time ?? null, progress])));
  return `${body}.${macOf(ctx, body)}`;
}

export function parseSyncToken(ctx: RequestContext, token: string): SyncState {
  const [body = "", mac = ""] = token.split(".");
  if (token.length > MAX_TOKEN || !sameText(mac, macOf(ctx, body))) throw refusal();
  const [position, time, progress] = JSON.parse(new TextDecoder().decode(fromBase64Url(body))) as [
    LogPosition,
    number | null,
    (string | [string, string])[],
  ];
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

function macOf({ engine, principal }: RequestContext, body: string): string {
  return positionMac(engine, ["sync", principal.workspaceId, body]);
}

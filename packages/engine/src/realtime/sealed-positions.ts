import { invalid, type LogPosition, type Principal } from "@plinth/core";
import { isPosition } from "@plinth/db";
import type { RequestContext } from "../kernel/engine.ts";
import { Lru } from "../kernel/lru.ts";
import { type PositionSeal, positionSeal, sealedSignature, splitSignedPosition } from "../kernel/position.ts";
import { service } from "../kernel/services.ts";
import type { WorkspaceSubscribers } from "./workspace-subscribers.ts";

/**
 * A position counts the writes of everybody. So only callers with full rights, who may read the log itself, get and send it
 * in plain text.
 */

/** Members of many groups are at few positions. */
const MAX_SEALED = 1000;

/** The seal of the positions in a workspace's streams. */
export interface StreamSeal extends PositionSeal {
  /** `<since>~…`, which is what a position is signed with, with its positions sealed. */
  signature(signed: string): string;
}

/** It seals each position once. A batch goes to a thousand members of a group with one signature: that is made once too. */
export const sealOf = service("sealed positions", ({ options, workspaceId }: WorkspaceSubscribers): StreamSeal => {
  const { close, open } = positionSeal(options.engine, workspaceId);
  const known = new Lru<LogPosition, string>(MAX_SEALED);
  let last = { signed: "", sealed: "" };
  const seal: StreamSeal = {
    open,
    signature(signed) {
      if (last.signed !== signed) last = { signed, sealed: sealedSignature(seal, signed) };
      return last.sealed;
    },
    close(position) {
      let sealed = known.get(position);
      if (sealed === undefined) {
        sealed = close(position);
        known.set(position, sealed);
      }
      return sealed;
    },
  };
  return seal;
});

export interface ResumedPosition {
  readonly position: LogPosition;
  readonly signature?: string;
  /** In plain text from somebody who gets none so: perhaps of an older version of Plinth, perhaps made up. */
  readonly foreign: boolean;
}

/** What a caller has sent to resume from. */
export function resumedPosition(seal: PositionSeal, { bypass }: Principal, text: string): ResumedPosition {
  const opened = seal.open(text);
  return { ...splitSignedPosition(opened ?? text), foreign: opened === undefined && !bypass };
}

/** Callers send positions, so they must be checked. */
export function requirePosition({ engine, principal }: RequestContext, after: string | undefined): void {
  if (after === undefined) return;
  const { position } = resumedPosition(positionSeal(engine, principal.workspaceId), principal, after);
  if (!isPosition(position)) throw invalid("after", "is not a position that a stream sent", "INVALID_CURSOR");
}

import type { LogPosition } from "@plinth/core";
import type { Engine } from "./engine.ts";
import { decryptPosition, encryptPosition } from "./position-cipher.ts";

/**
 * A position as a stream sends it: `<position>~<signature>`. The signature identifies the rights under which everything
 * up to there was sent. A client that resumes under other rights must read again, even if it lost the connection before
 * the first message about the change.
 */
export function signedPosition(position: LogPosition, signature: string | undefined): string {
  return signature === undefined ? position : `${position}~${signature}`;
}

/** The reverse, also for positions of the log itself. */
export function splitSignedPosition(text: string): { readonly position: LogPosition; readonly signature?: string } {
  const at = text.indexOf("~");
  return at < 0 ? { position: text } : { position: text.slice(0, at), signature: text.slice(at + 1) };
}

/** No text that a stream sends is longer. */
const MAX_SEALED = 400;

/** The positions of a log, as whoever may not read it gets them: see `encryptPosition`. */
export interface PositionSeal {
  close(position: LogPosition): string;
  /** A position that may be signed. Undefined for a text with a position in plain text, or with none. */
  open(signed: string): string | undefined;
}

export function positionSeal(engine: Engine, workspaceId: string): PositionSeal {
  const context = `stream ${workspaceId}`;
  return {
    close: (position) => encryptPosition(engine, context, position),
    open(signed) {
      if (signed.length > MAX_SEALED) return undefined;
      const opened = mapPositions(signed, 2, (position) => decryptPosition(engine, context, position));
      return opened.includes(undefined) ? undefined : opened.join("~");
    },
  };
}

/** `<position>~<since>~…` with its positions sealed. */
export function sealedPosition({ close }: PositionSeal, signed: string): string {
  return mapPositions(signed, 2, close).join("~");
}

/** The same for `<since>~…`, which is what a position is signed with. */
export function sealedSignature({ close }: PositionSeal, signature: string): string {
  return mapPositions(signature, 1, close).join("~");
}

function mapPositions<T>(text: string, count: number, map: (position: string) => T): (T | string)[] {
  return text.split("~").map((part, i) => (i < count ? map(part) : part));
}

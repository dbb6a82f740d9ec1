import { invalid, type LogPosition } from "@plinth/core";
import { isPosition } from "@plinth/db";

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

/** Callers send positions, so they must be checked. */
export function requirePosition(after: string | undefined): void {
  if (after !== undefined && !isPosition(splitSignedPosition(after).position))
    throw invalid("after", "is not a position that a stream sent", "INVALID_CURSOR");
}

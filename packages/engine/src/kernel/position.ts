import { invalid, type LogPosition } from "@plinth/core";
import { isPosition } from "@plinth/db";

/**
 * A position as a stream gives it: `<position>~<signature>`. The signature stands for the rights under which everything up to there was sent:
 * whoever comes back under other rights is told to read anew, also where the first message about it was lost with the connection.
 */
export function signedPosition(position: LogPosition, signature: string | undefined): string {
  return signature === undefined ? position : `${position}~${signature}`;
}

/** The reverse, also for positions of the log itself. */
export function splitSignedPosition(text: string): { readonly position: LogPosition; readonly signature?: string } {
  const at = text.indexOf("~");
  return at < 0 ? { position: text } : { position: text.slice(0, at), signature: text.slice(at + 1) };
}

/** Positions come back from callers. */
export function requirePosition(after: string | undefined): void {
  if (after !== undefined && !isPosition(splitSignedPosition(after).position))
    throw invalid("after", "is not a position that a stream sent", "INVALID_CURSOR");
}

import { invalid, type Place } from "@plinth/core";
import { isPlace } from "@plinth/db";

/**
 * A place as a stream gives it: `<place>~<seal>`. The seal stands for the rights under which all was told up to there:
 * whoever comes back under others is told to read anew, also where the first word of it was lost with the connection.
 */
export function sealedPlace(place: Place, seal: string | undefined): string {
  return seal === undefined ? place : `${place}~${seal}`;
}

/** The reverse, also for places of the log itself. */
export function partsOfPlace(text: string): { readonly place: Place; readonly seal?: string } {
  const at = text.indexOf("~");
  return at < 0 ? { place: text } : { place: text.slice(0, at), seal: text.slice(at + 1) };
}

/** Places come back from callers. */
export function requirePlace(after: string | undefined): void {
  if (after !== undefined && !isPlace(partsOfPlace(after).place))
    throw invalid("after", "is not a position that a stream sent", "INVALID_CURSOR");
}

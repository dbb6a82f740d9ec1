import { invalid, type Place } from "@plinth/core";
import { isPlace } from "@plinth/db";

/**
 * A place as a stream gives it: `<place>~<rights>`. The second part stands for the rights under which all was told up
 * to there: whoever comes back under others is told to read anew, also where the first word of it was lost with the
 * connection.
 */
export function placeUnder(place: Place, rights: string | undefined): string {
  return rights === undefined ? place : `${place}~${rights}`;
}

/** The reverse, also for places of the log itself. */
export function partsOfPlace(text: string): { readonly place: Place; readonly rights?: string } {
  const at = text.indexOf("~");
  return at < 0 ? { place: text } : { place: text.slice(0, at), rights: text.slice(at + 1) };
}

/** Places come back from callers. */
export function requirePlace(after: string | undefined): void {
  if (after !== undefined && !isPlace(partsOfPlace(after).place))
    throw invalid("after", "is not a place that a stream gave", "INVALID_CURSOR");
}

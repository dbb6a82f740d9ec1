import { invalid, type Place } from "@plinth/core";
import { isPlace } from "@plinth/db";

/** Places come back from callers. */
export function requirePlace(after: Place | undefined): void {
  if (after !== undefined && !isPlace(after))
    throw invalid("after", "is not a place that a stream gave", "INVALID_CURSOR");
}

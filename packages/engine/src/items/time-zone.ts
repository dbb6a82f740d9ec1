import { invalid, type ZoneOffsets } from "@plinth/core";

/**
 * A zone's offsets between two instants, from the host's own time zone data: no SQL engine is asked, as SQLite knows no
 * zones and engines' data would differ.
 */
export function zoneOffsets(timeZone: string, from: string, to: string, path: string): ZoneOffsets {
  const minutesAt = offsetReader(timeZone, path);
  const end = Date.parse(to);
  let at = Date.parse(from);
  let minutes = minutesAt(at);
  const offsets: { from: string | null; minutes: number }[] = [{ from: null, minutes }];
  while (at < end) {
    const next = Math.min(at + STEP_MS, end);
    const later = minutesAt(next);
    if (later !== minutes) {
      const change = firstWith(minutesAt, later, at, next);
      offsets.push({ from: new Date(change).toISOString(), minutes: later });
      minutes = later;
    }
    at = next;
  }
  return offsets;
}

/** Shorter than the shortest time between two changes of a zone's clocks. */
const STEP_MS = 20 * 86_400_000;
const MINUTE_MS = 60_000;

/** The minute in (`from`, `to`] from which on the offset is `minutes`. */
function firstWith(minutesAt: (at: number) => number, minutes: number, from: number, to: number): number {
  let low = from;
  let high = to;
  while (high - low > MINUTE_MS) {
    const middle = Math.floor((low + high) / 2 / MINUTE_MS) * MINUTE_MS;
    if (middle <= low) break;
    if (minutesAt(middle) === minutes) high = middle;
    else low = middle;
  }
  return Math.ceil(high / MINUTE_MS) * MINUTE_MS;
}

function offsetReader(timeZone: string, path: string): (at: number) => number {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch {
    throw invalid(path, "expected a time zone such as Europe/Berlin or UTC");
  }
  return (at) => {
    const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const local = Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!);
    return Math.round((local - Math.floor(at / 1000) * 1000) / MINUTE_MS);
  };
}

import { invalid, type ZoneOffsets } from "@plinth/core";

/**
 * A zone's offsets between two instants, from the host's own time zone data: no SQL engine is asked, as SQLite knows no
 * zones and engines' data would differ.
 */
export function zoneOffsets(timeZone: string, from: string, to: string, path: string): ZoneOffsets {
  const minutesAt = offsetReader(timeZone, path);
  const end = Date.parse(to);
  // Nobody set clocks by law before, so there is nothing to look for.
  let at = Math.min(Math.max(Date.parse(from), FIRST_CLOCKS), CYCLIC_FROM);
  let minutes = minutesAt(at);
  const offsets: Offset[] = [{ from: null, minutes }];
  const readTo = Math.min(end, CYCLIC_FROM + CYCLE_MS);
  while (at < readTo) {
    const next = Math.min(at + STEP_MS, readTo);
    const later = minutesAt(next);
    if (later !== minutes) {
      const change = firstWith(minutesAt, later, at, next);
      offsets.push({ from: new Date(change).toISOString(), minutes: later });
      minutes = later;
    }
    at = next;
  }
  const all = [...offsets, ...repeated(offsets, end)];
  const first = all.findLastIndex((offset) => offset.from === null || offset.from <= from);
  return [{ from: null, minutes: all[first]!.minutes }, ...all.slice(first + 1)];
}

interface Offset {
  from: string | null;
  minutes: number;
}

const FIRST_CLOCKS = Date.UTC(1800, 0, 1);
/** From here on zones follow rules by weekday, which repeat with the Gregorian calendar: every 400 years. */
const CYCLIC_FROM = Date.UTC(2100, 0, 1);
const CYCLE_MS = 146_097 * 86_400_000;

/** The changes of one calendar cycle again and again, up to `end`: reading them from the host would take a second. */
function repeated(offsets: readonly Offset[], end: number): Offset[] {
  const cycle = offsets.filter(({ from }) => from !== null && Date.parse(from) >= CYCLIC_FROM);
  const more: Offset[] = [];
  for (let shift = CYCLE_MS; CYCLIC_FROM + shift < end && cycle.length > 0; shift += CYCLE_MS) {
    for (const { from, minutes } of cycle) {
      const at = Date.parse(from!) + shift;
      if (at <= end) more.push({ from: new Date(at).toISOString(), minutes });
    }
  }
  return more;
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

import { invalid, OFFSETS_REPEAT, type ZoneOffsets } from "@plinth/core";
import { Lru } from "../kernel/lru.ts";

/**
 * A zone's offsets between two instants, from the host's time zone data. SQL is not used: SQLite has no time zones, and
 * the databases' data would differ. Times after the first calendar cycle are mapped into it.
 */
export function zoneOffsets(timeZone: string, from: string, to: string, path: string): ZoneOffsets {
  const { first, changes } = tableOf(timeZone, path);
  const [begin, end] = listedSpan(Date.parse(from), Date.parse(to));
  let before = first;
  const inside: { from: string; minutes: number }[] = [];
  for (const { at, minutes } of changes) {
    if (at > end) break;
    if (at <= begin) before = minutes;
    else inside.push({ from: new Date(at).toISOString(), minutes });
  }
  return [{ from: null, minutes: before }, ...inside];
}

/**
 * The span that must be listed. Later times are mapped into the first cycle, or need all of it if they are far apart.
 */
function listedSpan(from: number, to: number): [begin: number, end: number] {
  if (to < CYCLIC_UNTIL) return [from, to];
  const cycles = Math.floor((from - CYCLIC_FROM) / CYCLE_MS);
  const [begin, end] = [from - cycles * CYCLE_MS, to - cycles * CYCLE_MS];
  return cycles > 0 && end < CYCLIC_UNTIL ? [begin, end] : [Math.min(from, CYCLIC_FROM), to];
}

/** From `at` (milliseconds) on, the offset from UTC is `minutes`. */
interface OffsetChange {
  readonly at: number;
  readonly minutes: number;
}

interface Table {
  readonly first: number;
  /** Up to the end of the first calendar cycle. */
  readonly changes: readonly OffsetChange[];
}

/** Before this, no law changed clocks. */
const FIRST_CLOCKS = Date.UTC(1800, 0, 1);
/** Step size of the scan by period. A wide step would miss clock changes that last only some days. */
const DAY_MS = 86_400_000;
const STEPS = [
  { from: FIRST_CLOCKS, step: 160 * DAY_MS },
  // The first summer times; the shortest lasted one week.
  { from: Date.UTC(1908, 0, 1), step: 6 * DAY_MS },
  // Time zone data lists the changes for Ramadan up to here. After it, only rules that last for months remain.
  { from: Date.UTC(2087, 0, 1), step: 20 * DAY_MS },
];
/** From here on, zones follow rules by weekday, which repeat with the Gregorian calendar: every 400 years. */
const CYCLIC_FROM = Date.UTC(OFFSETS_REPEAT.from, 0, 1);
const CYCLIC_UNTIL = Date.UTC(OFFSETS_REPEAT.until, 0, 1);
const CYCLE_MS = CYCLIC_UNTIL - CYCLIC_FROM;
const MINUTE_MS = 60_000;
const MAX_TABLES = 100;

const tables = new Lru<string, Table>(MAX_TABLES);

/** A scan makes thousands of calls to the host and takes milliseconds, so each zone is scanned once. */
function tableOf(timeZone: string, path: string): Table {
  // Zone names are case-insensitive.
  const key = timeZone.toLowerCase();
  let table = tables.get(key);
  if (!table) {
    table = read(offsetReader(timeZone, path));
    tables.set(key, table);
  }
  return table;
}

function read(minutesAt: (at: number) => number): Table {
  const changes = STEPS.flatMap(({ from, step }, i) =>
    changesIn(minutesAt, from, STEPS[i + 1]?.from ?? CYCLIC_FROM, step),
  );
  return { first: minutesAt(FIRST_CLOCKS), changes: [...changes, ...cycleOf(minutesAt)] };
}

/** Years of the same length that begin on the same weekday have the same changes: 14 years represent all. */
function cycleOf(minutesAt: (at: number) => number): OffsetChange[] {
  const kinds = new Map<string, OffsetChange[]>();
  const cycle: OffsetChange[] = [];
  for (let year = OFFSETS_REPEAT.from; year < OFFSETS_REPEAT.until; year++) {
    const [start, end] = [Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1)];
    const kind = `${new Date(start).getUTCDay()}|${end - start}`;
    let changes = kinds.get(kind);
    if (!changes) {
      changes = changesIn(minutesAt, start, end, STEPS.at(-1)!.step).map(({ at, minutes }) => ({
        at: at - start,
        minutes,
      }));
      kinds.set(kind, changes);
    }
    for (const { at, minutes } of changes) cycle.push({ at: start + at, minutes });
  }
  return cycle;
}

/** Scans the time in steps, and searches a step only where the offset differs after it. */
function changesIn(minutesAt: (at: number) => number, from: number, to: number, step: number): OffsetChange[] {
  const changes: OffsetChange[] = [];
  let minutes = minutesAt(from);
  for (let at = from; at < to; ) {
    const next = Math.min(at + step, to);
    const later = minutesAt(next);
    if (later !== minutes) changes.push({ at: firstWith(minutesAt, later, at, next), minutes: later });
    minutes = later;
    at = next;
  }
  return changes;
}

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

const CLOCK = /(\d+)\D+(\d+)\D+(\d+)\D+(\d+)/;

/** The day of the month and the time are enough, as no zone is a day or more away from UTC. */
function offsetReader(timeZone: string, path: string): (at: number) => number {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch {
    throw invalid(path, "expected a time zone such as Europe/Berlin or UTC");
  }
  return (at) => {
    const [, day, hour, minute, second] = CLOCK.exec(format.format(at))!.map(Number) as [
      0,
      number,
      number,
      number,
      number,
    ];
    const utc = new Date(at);
    const apart = day - utc.getUTCDate();
    // At the end of a month, the two days differ by 27 or more.
    const days = apart > 1 ? -1 : apart < -1 ? 1 : apart;
    const ofDay = hour * 3600 + minute * 60 + second;
    const utcOfDay = utc.getUTCHours() * 3600 + utc.getUTCMinutes() * 60 + utc.getUTCSeconds();
    return Math.round((days * 86_400 + ofDay - utcOfDay) / 60);
  };
}

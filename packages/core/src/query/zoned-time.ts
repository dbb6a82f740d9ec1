import { invalid } from "../errors.ts";
import type { Json } from "../json.ts";

/** Local times of a zone, by the host's time zone data, as ISO texts that end with `Z` although they are none in UTC. */

const MAX_FORMATS = 100;
const DAY_MS = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** The name of a zone that the host knows. */
export function requireZone(zone: Json, path: string): string {
  try {
    if (typeof zone === "string" && zone.length <= 100 && formatOf(zone)) return zone;
  } catch {}
  throw invalid(path, "expected a time zone such as Europe/Berlin or UTC");
}

/** Making one takes many times as long as using it. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  if (formats.size >= MAX_FORMATS) formats.clear();
  formats.set(timeZone, made);
  return made;
}

/** What the clocks of the zone show at the instant. */
export function wallTime(iso: string, zone: string): string {
  if (zone === "UTC") return iso;
  const at = Date.parse(iso);
  return new Date(at + offsetAt(at, zone)).toISOString();
}

/** When the clocks of the zone show it: the first time where they show it twice, and when they skip it, where they do not. */
export function zonedInstant(local: string, zone: string): string {
  if (zone === "UTC") return local;
  const shown = Date.parse(local);
  const [before, after] = [shown - DAY_MS, shown + DAY_MS].map((at) => shown - offsetAt(at, zone)) as [number, number];
  const right = [before, after].filter((at) => at + offsetAt(at, zone) === shown);
  return new Date(right.length > 0 ? Math.min(...right) : Math.max(before, after)).toISOString();
}

/** Milliseconds that the clocks of the zone are ahead of UTC. */
function offsetAt(at: number, zone: string): number {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year, month, day, hour, minute, second } = parts as Readonly<Record<string, number>>;
  // Years before 100 are none of the last century.
  const shown = new Date(Date.UTC(2000, 0, 1, hour, minute, second)).setUTCFullYear(year!, month! - 1, day);
  // Clocks show no parts of a second.
  return shown - Math.floor(at / 1000) * 1000;
}

const BYTE_UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte", "petabyte"] as const;

/** 1536 → "1.5 kB"; thousands, as disks and networks count. */
export function formatBytes(bytes: number, locale: string): string {
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: BYTE_UNITS[unit],
    // The short form of single ones has no plural.
    unitDisplay: unit === 0 ? "long" : "short",
    maximumFractionDigits: unit === 0 || Math.abs(value) >= 100 ? 0 : 1,
  }).format(value);
}

/** 1234567 → "1,234,567", or "1.2M" if compact. */
export function formatCount(count: number | bigint, locale: string, compact = false): string {
  return new Intl.NumberFormat(
    locale,
    compact ? { notation: "compact", maximumFractionDigits: 1 } : { maximumFractionDigits: 20 },
  ).format(count);
}

const SECOND = 1000;
const STEPS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, milliseconds: number, below: number])[] = [
  ["second", SECOND, 60],
  ["minute", 60 * SECOND, 60],
  ["hour", 3600 * SECOND, 24],
  ["day", 86_400 * SECOND, 30],
  ["month", 30.4375 * 86_400 * SECOND, 12],
  ["year", 365.25 * 86_400 * SECOND, Infinity],
];

/** "5 minutes ago", "in 2 days", "now" within ten seconds. */
export function formatRelative(at: Date, now: Date, locale: string): string {
  const difference = at.getTime() - now.getTime();
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  if (Math.abs(difference) < 10 * SECOND) return format.format(0, "second");
  for (const [unit, milliseconds, below] of STEPS) {
    const amount = Math.trunc(difference / milliseconds);
    if (Math.abs(amount) < below) return format.format(amount, unit);
  }
  throw new RangeError("not a time");
}

/** To make one takes many times as long as to use it, and a table shows hundreds of times. */
const dateTimes = new Map<string, Intl.DateTimeFormat>();

/** Date and time to the second, in the zone of the browser unless `timeZone` says another. */
export function formatDateTime(at: Date, locale: string, timeZone?: string): string {
  const key = `${locale} ${timeZone ?? ""}`;
  const known = dateTimes.get(key);
  const format = known ?? new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium", timeZone });
  if (!known) dateTimes.set(key, format);
  return format.format(at);
}

/** "Today", "Yesterday", else the whole date, in the zone of the browser: for the heading of a day. */
export function formatDay(at: Date, now: Date, locale: string): string {
  const midnight = (time: Date): number => Date.UTC(time.getFullYear(), time.getMonth(), time.getDate());
  const days = Math.round((midnight(at) - midnight(now)) / (86_400 * SECOND));
  if (days !== 0 && days !== -1) return new Intl.DateTimeFormat(locale, { dateStyle: "full" }).format(at);
  const words = new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(days, "day");
  return words.slice(0, 1).toLocaleUpperCase(locale) + words.slice(1);
}

/** Milliseconds after which a relative time reads differently. */
export function relativeInterval(at: Date, now: Date): number {
  const age = Math.abs(at.getTime() - now.getTime());
  if (age < 60 * SECOND) return 5 * SECOND;
  return age < 3600 * SECOND ? 30 * SECOND : 600 * SECOND;
}

/** 0.75 → "750 µs", 12.34 → "12 ms", 1500 → "1.5 s". */
export function formatDuration(milliseconds: number, locale: string): string {
  const [value, unit] =
    milliseconds >= 1000
      ? [milliseconds / 1000, "second"]
      : milliseconds >= 1 || milliseconds === 0
        ? [milliseconds, "millisecond"]
        : [milliseconds * 1000, "microsecond"];
  const maximumFractionDigits = value >= 10 ? 0 : 1;
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits }).format(
    value,
  );
}

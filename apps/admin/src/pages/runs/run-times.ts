/** Spans of time up to now. */
export const RUN_SPANS = ["hour", "today", "day", "week"] as const;

export type RunSpanName = (typeof RUN_SPANS)[number];

const HOUR_MS = 3_600_000;

const LENGTHS: Readonly<Record<Exclude<RunSpanName, "today">, number>> = {
  hour: HOUR_MS,
  day: 24 * HOUR_MS,
  week: 7 * 24 * HOUR_MS,
};

/** When a span begins, in the time zone of the browser. */
export function beginOf(span: RunSpanName, now: Date): Date {
  if (span === "today") return new Date(now.getFullYear(), now.getMonth(), now.getDate());
  return new Date(now.getTime() - LENGTHS[span]);
}

/** What a list asks for: a page that stays open goes on with the time. */
export function movingSpan(span: RunSpanName): {
  readonly name: string;
  readonly query: () => { readonly since: string };
} {
  return { name: span, query: () => ({ since: beginOf(span, new Date()).toISOString() }) };
}

import { requireKnown } from "./known-options.ts";

/** A part of a list. */
export interface Page<T> {
  readonly data: readonly T[];
  readonly has_more: boolean;
  /** Names the next page; null: this is the last one. */
  readonly next_cursor: string | null;
}

/** Which part of a list is asked for. */
export interface PageOptions {
  /** The most entries; 50 unless given. */
  readonly limit?: number | undefined;
  /** The `next_cursor` of the page before. */
  readonly cursor?: string | undefined;
}

const PAGE_OPTIONS = ["limit", "cursor"] as const;

/** The parameters of a list, with those of the page. */
export function pageQuery<Filter extends PageOptions>(
  options: Filter,
  where: string,
  filters: readonly (keyof Filter & string)[] = [],
): Record<string, string | undefined> {
  requireKnown(options, [...PAGE_OPTIONS, ...filters], where);
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}

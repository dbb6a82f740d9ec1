import type { JsonObject } from "@plinth/core";

export const LAYOUTS = ["table", "kanban", "gallery", "calendar"] as const;
export type Layout = (typeof LAYOUTS)[number];

export const SPANS = ["month", "week"] as const;
export type Span = (typeof SPANS)[number];

/** How items are laid out, as the address and saved views keep it. */
export interface LayoutState {
  readonly layout: Layout;
  /** The field that the layout is made by. In a table it makes groups, with a bucket for times: `published:year`. */
  readonly by: string | undefined;
  /** What a calendar shows. */
  readonly span: Span;
  /** What groups tell besides their count: `pages:sum`. */
  readonly sums: readonly string[];
}

/** The parts of a saved view that hold it. */
export interface LayoutParts {
  readonly layout: Layout;
  readonly group_by?: readonly string[];
  readonly options: JsonObject;
}

/** The name of `by` among the options of a view. */
const BY = { kanban: "column", gallery: "image", calendar: "date" } as const;

export function layoutParts({ layout, by, span, sums }: LayoutState): LayoutParts {
  if (layout === "table") {
    if (by === undefined) return { layout, options: {} };
    return { layout, group_by: [by], options: sums.length > 0 ? { sums: [...sums] } : {} };
  }
  return { layout, options: { ...(by !== undefined && { [BY[layout]]: by }), ...(layout === "calendar" && { span }) } };
}

/** What a view holds wrongly counts as absent: other programs write views too. */
export function layoutOf({ layout, group_by, options }: Partial<LayoutParts>): LayoutState {
  const known = LAYOUTS.find((name) => name === layout) ?? "table";
  const by = known === "table" ? group_by?.[0] : options?.[BY[known]];
  const sums = options?.sums;
  return {
    layout: known,
    by: typeof by === "string" ? by : undefined,
    span: SPANS.find((span) => span === options?.span) ?? "month",
    sums: Array.isArray(sums) ? sums.filter((sum) => typeof sum === "string") : [],
  };
}

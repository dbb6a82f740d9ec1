import { parseSortText } from "@plinth/core";
import {
  type ListInput,
  type ListQuery,
  memoize,
  prepareList,
  type RequestContext,
  roleKey,
  type SelectionInput,
} from "@plinth/engine";
import { parseExpandText } from "./expand.ts";
import { type KnownField, knownFields } from "./known-fields.ts";
import { ifPresent, oneOf, type Parameters, readParameters } from "./parameters.ts";
import { parseCountsText, parseFieldsText, parseJsonText, parseNumberText } from "./texts.ts";

/** A list's query string. */

export const LIST_PARAMETERS = [
  "filter",
  "sort",
  "fields",
  "expand",
  "limit",
  "offset",
  "cursor",
  "meta",
  "count",
  "explain",
] as const;

const MAX_CACHED_CHARS = 2000;

/** Parses a list's query string, without `?`; a repeated one is parsed once for the same rights. */
export function preparedList(ctx: RequestContext, slug: string, search: string): ListQuery {
  const make = (): ListQuery => prepareList(ctx, slug, parseListParams(search, knownFields(ctx, slug)));
  if (search.length > MAX_CACHED_CHARS) return make();
  return memoize(ctx.catalog, `list|${roleKey(ctx.principal)}|${slug}?${search}`, make);
}

export function parseListParams(search: string, known?: KnownField): ListInput {
  const params = readParameters(search, LIST_PARAMETERS, known);
  return {
    filter: ifPresent(params, "filter", parseJsonText),
    sort: ifPresent(params, "sort", parseSortText),
    ...selectionOf(params),
    limit: ifPresent(params, "limit", parseNumberText),
    offset: ifPresent(params, "offset", parseNumberText),
    cursor: ifPresent(params, "cursor", (text) => (text === "" ? null : text)),
    counts: parseCountsText(params.get("meta"), oneOf(params, "count", ["exact", "estimate"])),
    explain: oneOf(params, "explain", ["0", "1"]) === "1",
  };
}

/** `fields` and `expand` of one item; undefined where the query string is empty. */
export function parseSelectionParams(search: string): SelectionInput | undefined {
  return search === "" ? undefined : selectionOf(readParameters(search, ["fields", "expand"]));
}

/** The parameters that an export shares with a list. */
export function exportInputOf(parameters: {
  readonly filter?: string | undefined;
  readonly sort?: string | undefined;
  readonly fields?: string | undefined;
}): Pick<ListInput, "filter" | "sort" | "fields"> {
  const params = new Map(
    Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return {
    filter: ifPresent(params, "filter", parseJsonText),
    sort: ifPresent(params, "sort", parseSortText),
    fields: ifPresent(params, "fields", parseFieldsText),
  };
}

function selectionOf(params: Parameters): SelectionInput {
  return {
    fields: ifPresent(params, "fields", parseFieldsText),
    expand: ifPresent(params, "expand", parseExpandText),
  };
}

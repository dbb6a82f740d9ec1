import { excerpt } from "@plinth/core";

/** What other products call the parameters and parts of a list, and Plinth's own form. */

const PAGE = "write limit=20&offset=20 for page 2, or follow next_cursor";
const LIMIT = "write limit=20";
const OFFSET = "write offset=20";
const SORT = "write sort=-created_at,title";
const FIELDS = "write fields=title,author.name";
const EXPAND = "write expand=author,comments.user";
const FILTER = 'write filter={"status": "open", "price": {"_gt": 5}}';
const COUNT = "write meta=filter_count";
const GROUPS = "aggregates are asked by POST /api/items/:slug/aggregate";
const KEY = "send the key in the header x-api-key, or a session's token in authorization: Bearer …";

/** Whether the route has the parameter that a hint names; a hint without one is for lists. */
export function isTaken(hint: string, parameters: readonly string[]): boolean {
  const name = /^write (\w+)=/.exec(hint)?.[1];
  return parameters.includes(name ?? "filter");
}

/** Without case and separators. */
const MEANT: Readonly<Record<string, string>> = {
  page: PAGE,
  pagination: PAGE,
  pagenumber: PAGE,
  perpage: LIMIT,
  pagesize: LIMIT,
  size: LIMIT,
  first: LIMIT,
  take: LIMIT,
  top: LIMIT,
  max: LIMIT,
  skip: OFFSET,
  start: OFFSET,
  from: OFFSET,
  after: "write cursor=… with the next_cursor of the page before",
  order: SORT,
  orderby: SORT,
  ordering: SORT,
  sortby: SORT,
  select: FIELDS,
  columns: FIELDS,
  only: FIELDS,
  projection: FIELDS,
  attributes: FIELDS,
  include: EXPAND,
  populate: EXPAND,
  embed: EXPAND,
  with: EXPAND,
  join: EXPAND,
  relations: EXPAND,
  depth: EXPAND,
  deep: 'write expand={"comments": {"limit": 5}}',
  where: FILTER,
  filters: FILTER,
  query: FILTER,
  conditions: FILTER,
  q: 'write filter={"title": {"_icontains": "…"}}',
  search: 'write filter={"title": {"_icontains": "…"}}',
  total: COUNT,
  totalcount: COUNT,
  withcount: COUNT,
  aggregate: GROUPS,
  groupby: GROUPS,
  having: GROUPS,
  apikey: KEY,
  key: KEY,
  token: KEY,
  accesstoken: KEY,
};

/** Operators of PostgREST: `price=gt.5`. */
const DOTTED: Readonly<Record<string, string>> = {
  eq: "_eq",
  neq: "_neq",
  gt: "_gt",
  gte: "_gte",
  lt: "_lt",
  lte: "_lte",
  like: "_contains",
  ilike: "_icontains",
  in: "_in",
  is: "_eq",
};
const MAX_CHARS = 200;

/** The half sentence of an error about an unknown parameter: the right form of what is meant. Undefined if unknown. */
export function meantByParameter(name: string, value: string): string | undefined {
  if (name.length > MAX_CHARS) return undefined;
  return bracketed(name, value) ?? meantByName(name) ?? dotted(name, value);
}

/** The same for a key of a body. */
export function meantByName(name: string): string | undefined {
  const bare = name.toLowerCase().replaceAll(/[-_$.]/g, "");
  return Object.hasOwn(MEANT, bare) ? MEANT[bare] : undefined;
}

/** `filter[price][_gt]=5`, `filters[price][$gt]=5`, `where[price][gt]=5`, `price[gte]=5`, `sort[0]=title`. */
function bracketed(name: string, value: string): string | undefined {
  const open = name.indexOf("[");
  if (open < 1 || !name.endsWith("]")) return undefined;
  const head = name.slice(0, open);
  const keys = name.slice(open + 1, -1).split("][");
  if (head === "sort" || head === "fields" || head === "expand")
    return `write ${head}=${excerpt(value)}, names with commas between them`;
  const filters = meantByName(head) === FILTER || head === "filter";
  if (!filters && meantByName(head) !== undefined) return meantByName(head);
  const path = filters ? keys : [head, ...keys];
  const operator = path.length > 1 ? operatorOf(path.at(-1)!) : undefined;
  const field = (operator === undefined ? path : path.slice(0, -1)).join(".");
  return comparison(field, operator ?? "_eq", value);
}

/** `price=gt.5`, or `status=open`: a filter by a field. */
function dotted(name: string, value: string): string | undefined {
  if (!/^[a-z]\w*(?:\.\w+)*$/i.test(name)) return undefined;
  const dot = value.indexOf(".");
  const operator = dot > 0 && Object.hasOwn(DOTTED, value.slice(0, dot)) ? DOTTED[value.slice(0, dot)] : undefined;
  return operator === undefined ? comparison(name, "_eq", value) : comparison(name, operator, value.slice(dot + 1));
}

function operatorOf(key: string): string | undefined {
  const bare = key.toLowerCase().replaceAll(/[$_]/g, "");
  if (bare === "ne" || bare === "not") return "_neq";
  if (bare === "equals") return "_eq";
  if (bare === "contains") return "_contains";
  return Object.hasOwn(DOTTED, bare) ? DOTTED[bare] : undefined;
}

function comparison(field: string, operator: string, value: string): string {
  return `write filter=${JSON.stringify({ [excerpt(field)]: { [operator]: scalar(excerpt(value), operator) } })}`;
}

function scalar(text: string, operator: string): unknown {
  if (operator === "_in")
    return text
      .replaceAll(/[()]/g, "")
      .split(",")
      .map((one) => scalar(one, "_eq"));
  if (/^-?\d{1,15}(?:\.\d{1,15})?$/.test(text)) return Number(text);
  if (text === "null" || text === "true" || text === "false") return JSON.parse(text);
  return text;
}

const SIGNS: Readonly<Record<string, string>> = {
  "=": "_eq",
  "==": "_eq",
  "!=": "_neq",
  ">": "_gt",
  ">=": "_gte",
  "<": "_lt",
  "<=": "_lte",
  "~": "_contains",
  eq: "_eq",
  ne: "_neq",
  gt: "_gt",
  ge: "_gte",
  lt: "_lt",
  le: "_lte",
};
const COMPARISON = /^([\w.]{1,100}) ?(==?|!=|>=?|<=?|~| eq | ne | gt | ge | lt | le ) ?(.{1,100})$/;

/** A filter that is no JSON, such as `status = "open" && price > 5` or `price gt 5`. */
export function meantByFilter(text: string): string {
  const one = text.length > MAX_CHARS ? null : COMPARISON.exec(text.trim().replaceAll(/^\(|\)$/g, ""));
  if (!one || /&&|\|\|| and | or /i.test(text))
    return `a filter is JSON: ${FILTER}; conditions are joined by $and and $or`;
  const [, field, sign, value] = one as unknown as [string, string, string, string];
  return `a filter is JSON: ${comparison(field, SIGNS[sign.trim()]!, value.replaceAll(/^['"]|['"]$/g, ""))}`;
}

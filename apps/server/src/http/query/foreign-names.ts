/** What other products call the parameters and parts of a list, and Plinth's own form. */

const PAGE = "write limit=20&offset=20 for page 2, or follow next_cursor";
const LIMIT = "write limit=20";
const OFFSET = "write offset=20";
const SORT = "write sort=-created_at,title";
const FIELDS = "write fields=title,author.name";
const EXPAND = "write expand=author,comments.user";
export const FILTER = 'write filter={"status": "open", "price": {"_gt": 5}}';
const COUNT = "write meta=filter_count";
const GROUPS = "aggregates are POST /api/items/:slug/aggregate";
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
  skiptotal: "a list counts only what meta=filter_count asks for",
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

/** The half sentence of an error about an unknown name: the right form of what is meant. Undefined if unknown. */
export function meantByName(name: string): string | undefined {
  const bare = name.toLowerCase().replaceAll(/[-_$.]/g, "");
  return Object.hasOwn(MEANT, bare) ? MEANT[bare] : undefined;
}

import { type ChangeLog, DEFAULT_WORKSPACE_ID, type SqlDriver, type SqlQuery } from "@plinth/core";

/**
 * Pages of one request each, of two whose transactions overlap: `early` began first and has written last. Each with the number
 * of its changes.
 */
export async function pagedRequests(world: { readonly driver: SqlDriver; readonly log: ChangeLog }): Promise<string[]> {
  const { driver, log } = world;
  const isOrdered = driver.dialect !== "sqlite";
  const [columns, overriding] = isOrdered ? ["xid, seq", "overriding system value"] : ["seq", ""];
  const change = (xid: number, seq: number, request: string): SqlQuery => ({
    sql: `insert into plinth_changes (${columns}, workspace_id, collection_id, version, item, op, request_id, at)
      ${overriding} values (${isOrdered ? `${xid}, ` : ""}${seq}, 'paged', 'c', 1, 'i', 'insert', '${request}', 0)`,
    params: [],
  });
  const first = Number((await log.head(DEFAULT_WORKSPACE_ID)).split(".")[2]) + 1000;
  await driver.batch([change(1, first + 2, "early"), change(2, first, "late"), change(2, first + 1, "late")]);
  const found: string[] = [];
  for (let before: string | undefined, page = 0; page < 5; page++) {
    const { requests, next } = await log.requests("paged", { limit: 1, before });
    found.push(...requests.map(({ requestId, counts }) => `${requestId} ${counts[0]!.count}`));
    if (next === undefined) break;
    before = next;
  }
  await driver.run({ sql: "delete from plinth_changes where workspace_id = 'paged'", params: [] });
  return found;
}

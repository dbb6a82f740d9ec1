import type { SqlDriver, SqlQuery } from "@plinth/core";
import {
  and,
  asc,
  database,
  eq,
  gt,
  isNull,
  mustFind,
  mustFindAtMost,
  ne,
  or,
  takeTurn,
  toQuery,
} from "@plinth/db/tables";
import { views } from "./tables.ts";

export type ViewRow = typeof views.$inferSelect;

/** Whose views: those of the workspace, and the owner's own, if there is one. */
export interface ViewAudience {
  readonly workspaceId: string;
  readonly ownerId: string | null;
}

function seenBy({ workspaceId, ownerId }: ViewAudience) {
  const shared = isNull(views.ownerId);
  return and(eq(views.workspaceId, workspaceId), ownerId === null ? shared : or(shared, eq(views.ownerId, ownerId)));
}

/** The oldest first. */
export function listViewRows(
  driver: SqlDriver,
  audience: ViewAudience,
  page: { readonly collectionId?: string | undefined; readonly limit: number; readonly after?: string | undefined },
): Promise<ViewRow[]> {
  const wanted = [seenBy(audience)];
  if (page.collectionId !== undefined) wanted.push(eq(views.collectionId, page.collectionId));
  if (page.after !== undefined) wanted.push(gt(views.id, page.after));
  return database(driver)
    .select()
    .from(views)
    .where(and(...wanted))
    .orderBy(asc(views.id))
    .limit(page.limit);
}

export async function findViewRow(driver: SqlDriver, audience: ViewAudience, id: string): Promise<ViewRow | undefined> {
  return (
    await database(driver)
      .select()
      .from(views)
      .where(and(seenBy(audience), eq(views.id, id)))
  )[0];
}

export function insertView(driver: SqlDriver, row: ViewRow): SqlQuery {
  return toQuery(database(driver).insert(views).values(row));
}

/** Fails its batch under the label where the view is gone. */
export function updateViewQueries(driver: SqlDriver, row: ViewRow, label: string): SqlQuery[] {
  const { ownerId, name, layout, content, isDefault, updatedAt } = row;
  const it = and(eq(views.workspaceId, row.workspaceId), eq(views.id, row.id));
  const found = mustFind(driver, label, database(driver).select({ id: views.id }).from(views).where(it));
  const change = database(driver).update(views).set({ ownerId, name, layout, content, isDefault, updatedAt });
  return [found, toQuery(change.where(it))];
}

export function deleteView(driver: SqlDriver, { workspaceId, id }: Pick<ViewRow, "workspaceId" | "id">): SqlQuery {
  return toQuery(
    database(driver)
      .delete(views)
      .where(and(eq(views.workspaceId, workspaceId), eq(views.id, id))),
  );
}

/** Of the collection: those that are shared, or the owner's. */
function besides({ workspaceId, collectionId, ownerId }: Pick<ViewRow, "workspaceId" | "collectionId" | "ownerId">) {
  const owned = ownerId === null ? isNull(views.ownerId) : eq(views.ownerId, ownerId);
  return and(eq(views.workspaceId, workspaceId), eq(views.collectionId, collectionId), owned);
}

/** The statements before a view is stored as the default: those beside it are none. Two at once take turns. */
export function onlyDefault(driver: SqlDriver, row: ViewRow): SqlQuery[] {
  const others = and(besides(row), ne(views.id, row.id), eq(views.isDefault, true));
  const change = database(driver).update(views).set({ isDefault: false }).where(others);
  return [...takeTurn(driver, `default view ${row.collectionId} ${row.ownerId ?? ""}`), toQuery(change)];
}

/** The statements that fail their batch under the label where more views of the collection are then shared, or the owner's. */
export function mustHaveFewViews(
  driver: SqlDriver,
  row: Pick<ViewRow, "workspaceId" | "collectionId" | "ownerId">,
  most: number,
  label: string,
): SqlQuery[] {
  const rows = database(driver).select({ id: views.id }).from(views).where(besides(row));
  return mustFindAtMost(driver, label, { most, name: `views ${row.collectionId} ${row.ownerId ?? ""}`, rows });
}

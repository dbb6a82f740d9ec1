import { type Collection, hasAccount, invalid, isUuid, PlinthError, uuidv7 } from "@plinth/core";
import { hasActions } from "../../access/has-actions.ts";
import { commit, refuseOn } from "../../commit/commit.ts";
import type { Requirement } from "../../commit/requirement.ts";
import { type CursorPage, idInCursor, type PageQuery, pageById } from "../../identity/paging.ts";
import { collectionOf } from "../../kernel/catalog.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { plainText } from "../../kernel/plain-text.ts";
import { serverSet } from "../../kernel/server-set.ts";
import * as z from "../../kernel/zod.ts";
import {
  deleteView,
  findViewRow,
  insertView,
  listViewRows,
  mustHaveFewViews,
  onlyDefault,
  updateViewQueries,
  type ViewAudience,
  type ViewRow,
} from "./repository.ts";

export const VIEW_LAYOUTS = ["table", "kanban", "gallery", "calendar"] as const;

/** Of one collection: that are shared, and that one person has. */
const MAX_VIEWS = 100;
const MAX_BYTES = 16 * 1024;
const CURSOR_SORT = "id";
const GONE = "view";

const json = z.record(z.string(), z.json());
const fieldPath = z.string().min(1).max(200);

const content = {
  layout: z.enum(VIEW_LAYOUTS),
  query: z
    .strictObject({
      filter: json.optional(),
      sort: z.array(fieldPath).max(20).optional().describe("Fields; `-year` sorts downwards"),
      search: z.string().max(500).optional(),
      fields: z.array(fieldPath).max(200).optional(),
      group_by: z.array(fieldPath).max(5).optional(),
    })
    .describe("As in a list of items"),
  columns: z
    .array(
      z.strictObject({
        field: fieldPath,
        width: z.int().min(20).max(2000).optional().describe("In CSS pixels"),
        hidden: z.boolean().optional(),
      }),
    )
    .max(400)
    .describe("In their order; none: as the page likes"),
  options: json.describe("What the layout needs besides, such as the field of the columns of a kanban board"),
};

const settable = {
  name: plainText(1, 100),
  shared: z.boolean().describe("Whether all of the workspace see it; else only who made it"),
  is_default: z
    .boolean()
    .describe(
      "Whether the collection opens with it: for everybody if it is shared, else for who made it. At most one is",
    ),
  ...content,
};

const SET_BY_SERVER = ["id", "own", "created_at", "updated_at"] as const;

export const createViewSchema = z.strictObject({
  ...serverSet(...SET_BY_SERVER),
  collection: z.string().max(100),
  name: settable.name,
  shared: settable.shared.default(false),
  is_default: settable.is_default.default(false),
  layout: content.layout.default("table"),
  query: content.query.default({}),
  columns: content.columns.default([]),
  options: content.options.default({}),
});

export const updateViewSchema = z.strictObject({
  ...serverSet(...SET_BY_SERVER),
  ...z.object(settable).partial().shape,
  collection: z.string().max(100).optional().describe("As it is: a view stays with its collection"),
});

type ViewContent = Pick<z.output<typeof createViewSchema>, "query" | "columns" | "options">;

/** A view as the API returns it. Fields that are gone from the collection stay in it. */
export interface SavedView extends ViewContent {
  id: string;
  collection: string;
  name: string;
  shared: boolean;
  /** Whether it is the caller's alone. */
  own: boolean;
  /** Whether the collection opens with it. One's own goes before the shared one. */
  is_default: boolean;
  layout: (typeof VIEW_LAYOUTS)[number];
  created_at: string;
  updated_at: string;
}

/** Those that are shared, and the caller's own. */
export async function listViews(
  ctx: RequestContext,
  { collection, limit, cursor }: PageQuery & { readonly collection?: string | undefined },
): Promise<CursorPage<SavedView>> {
  const collectionId = collection === undefined ? undefined : collectionOf(ctx, collection).id;
  const page = { collectionId, limit: limit + 1, after: idInCursor(cursor, CURSOR_SORT) };
  const found = await listViewRows(ctx.driver, audienceOf(ctx), page);
  return pageById(found, limit, CURSOR_SORT, (row) => describe(ctx, row));
}

export async function getView(ctx: RequestContext, id: string): Promise<SavedView> {
  return describe(ctx, await requireView(ctx, id));
}

export async function createView(ctx: RequestContext, input: z.output<typeof createViewSchema>): Promise<SavedView> {
  const { driver, now } = ctx;
  const { collection, name, shared, is_default: isDefault, layout } = input;
  const row: ViewRow = {
    id: uuidv7(now),
    workspaceId: ctx.principal.workspaceId,
    collectionId: collectionOf(ctx, collection).id,
    ownerId: ownerFor(ctx, shared),
    name,
    layout,
    content: contentText(input),
    isDefault,
    createdAt: now,
    updatedAt: now,
  };
  const queries = [...(isDefault ? onlyDefault(driver, row) : []), insertView(driver, row)];
  const write = { queries, requires: [fewViews(ctx, row)], data: describe(ctx, row) };
  const deleted = () => new PlinthError("CONFLICT", "The collection has just been deleted.", { field: "collection" });
  return commit(ctx, write).catch(refuseOn("foreign_key", deleted));
}

export async function updateView(
  ctx: RequestContext,
  id: string,
  { collection, name, shared, is_default: isDefault, layout, ...changed }: z.output<typeof updateViewSchema>,
): Promise<SavedView> {
  const before = await requireView(ctx, id);
  if (collection !== undefined && collection !== collectionById(ctx, before.collectionId)?.slug)
    throw invalid("collection", "cannot be changed; save another view");
  if (before.ownerId === null) requireSharing(ctx);
  const isShared = shared ?? before.ownerId === null;
  const row: ViewRow = {
    ...before,
    ownerId: isShared === (before.ownerId === null) ? before.ownerId : ownerFor(ctx, isShared),
    name: name ?? before.name,
    layout: layout ?? before.layout,
    isDefault: isDefault ?? before.isDefault,
    content: contentText({ ...contentOf(before), ...(changed as Partial<ViewContent>) }),
    updatedAt: ctx.now,
  };
  const queries = [...(row.isDefault ? onlyDefault(ctx.driver, row) : []), ...updateViewQueries(ctx.driver, row, GONE)];
  const requires = row.ownerId === before.ownerId ? [] : [fewViews(ctx, row)];
  return commit(ctx, { queries, requires, data: describe(ctx, row) }).catch(refuseOn("guard", noSuchView));
}

export async function deleteSavedView(ctx: RequestContext, id: string): Promise<{ id: string }> {
  const row = await requireView(ctx, id);
  if (row.ownerId === null) requireSharing(ctx);
  return commit(ctx, { queries: [deleteView(ctx.driver, row)], data: { id } });
}

/** Keys have no views of their own. */
function audienceOf({ principal }: RequestContext): ViewAudience {
  return { workspaceId: principal.workspaceId, ownerId: hasAccount(principal) ? principal.id! : null };
}

function ownerFor(ctx: RequestContext, shared: boolean): string | null {
  if (shared) {
    requireSharing(ctx);
    return null;
  }
  const { ownerId } = audienceOf(ctx);
  if (ownerId === null) throw invalid("shared", "must be true: a key has no views of its own");
  return ownerId;
}

/** A shared view is everybody's, as the collection is. */
function requireSharing({ principal }: RequestContext): void {
  if (hasActions(principal, ["collections:write"])) return;
  throw invalid("shared", "views that are shared are changed by whoever may change collections", "FORBIDDEN");
}

async function requireView(ctx: RequestContext, id: string): Promise<ViewRow> {
  const row = isUuid(id) ? await findViewRow(ctx.driver, audienceOf(ctx), id) : undefined;
  // Its collection may have been made a moment ago by another server.
  if (!row || !collectionById(ctx, row.collectionId)) throw noSuchView();
  return row;
}

const noSuchView = () => new PlinthError("NOT_FOUND", "There is no such view.");

function fewViews({ driver }: RequestContext, row: ViewRow): Requirement {
  const whose = row.ownerId === null ? "shared views" : "views of your own";
  const message = `A collection can have at most ${MAX_VIEWS} ${whose}; delete one first.`;
  return {
    guard: (label) => mustHaveFewViews(driver, row, MAX_VIEWS, label),
    refusal: () => new PlinthError("LIMIT_EXCEEDED", message, { field: "collection" }),
  };
}

/** Nothing else of a request is stored: its other keys would stand in the place of the view's own. */
function contentText({ query, columns, options }: ViewContent): string {
  const text = JSON.stringify({ query, columns, options });
  const bytes = new TextEncoder().encode(text).length;
  if (bytes <= MAX_BYTES) return text;
  const message = `query, columns and options may take ${MAX_BYTES} bytes together, and take ${bytes}`;
  throw new PlinthError("LIMIT_EXCEEDED", message, { field: "query" });
}

function contentOf(row: ViewRow): ViewContent {
  const { query, columns, options } = JSON.parse(row.content) as ViewContent;
  return { query, columns, options };
}

function collectionById({ catalog }: RequestContext, id: string): Collection | undefined {
  return [...catalog.collections.values()].find((one) => one.id === id);
}

function describe(ctx: RequestContext, row: ViewRow): SavedView {
  return {
    id: row.id,
    collection: collectionById(ctx, row.collectionId)?.slug ?? "",
    name: row.name,
    shared: row.ownerId === null,
    own: row.ownerId !== null,
    is_default: row.isDefault,
    layout: row.layout as SavedView["layout"],
    ...contentOf(row),
    created_at: new Date(row.createdAt).toISOString(),
    updated_at: new Date(row.updatedAt).toISOString(),
  };
}

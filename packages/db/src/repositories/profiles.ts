import {
  type Collection,
  constantDefault,
  type Field,
  instantAs,
  type Json,
  type Origin,
  PLACEHOLDER_ENDING,
  PROFILE_FIELDS,
  type Row,
  type SqlDriver,
  type SqlQuery,
  type SqlValue,
  toCollection,
  USERS_SLUG,
  uuidv7,
} from "@plinth/core";
import { and, asc, eq, like, sql } from "drizzle-orm";
import { quoted } from "../compile/columns.ts";
import { quote, type SqlDialect } from "../compile/dialect.ts";
import { schemaTimeLimit } from "../compile/isolation.ts";
import { numbered } from "../compile/numbered.ts";
import { dialectOf } from "../dialects/index.ts";
import { createTable } from "../schema/ddl.ts";
import { systemDatabase } from "../system/database.ts";
import { collections, workspaces } from "../system/schema.ts";
import { collectionFromRow, insertCollection } from "./collections.ts";
import { allowMissingAddresses } from "./missing-addresses.ts";
import { bumpRevision } from "./workspaces.ts";

/*
 * The built-in collection of users: one table for each workspace, with an item for each of its accounts. Items are
 * written from the account's row, in the batch that writes the account.
 */

/** No other table is called so: the tables of collections begin with `c_`. */
function tableOf(workspaceId: string): string {
  return `u_${workspaceId.slice(-12)}`;
}

/** Undefined where the workspace has none. */
export async function findUsersCollection(driver: SqlDriver, workspaceId: string): Promise<Collection | undefined> {
  const [row] = await systemDatabase(driver)
    .select()
    .from(collections)
    .where(and(eq(collections.tableName, tableOf(workspaceId)), eq(collections.workspaceId, workspaceId)));
  return row && collectionFromRow(row);
}

/** Statements that make the collection, with an item for each account that there is. */
export function createUsersCollection(
  driver: SqlDriver,
  workspaceId: string,
  { slug = USERS_SLUG, now }: { slug?: string; now: number },
): SqlQuery[] {
  const dialect = dialectOf(driver);
  const collection = toCollection(
    { slug, kind: "managed", fields: PROFILE_FIELDS.map((field) => ({ ...field })), system: "users" },
    {
      id: uuidv7(now),
      workspaceId,
      version: 1,
      table: tableOf(workspaceId),
      createdAt: new Date(now).toISOString(),
    },
  );
  const [table, ...further] = createTable(dialect, collection, () => collection);
  // The log begins after the items that there are.
  return [
    insertCollection(driver, collection),
    table!,
    writeProfiles(dialect, collection, { workspaceId }, now),
    ...further,
  ];
}

interface FollowedAccount {
  readonly workspaceId: string;
  readonly id: string;
  /** Values for fields that the workspace has added. */
  readonly amended?: Row | undefined;
}

/** Statements that bring a user's item to the state of the account, which the batch has written before. */
export async function followAccount(
  driver: SqlDriver,
  { workspaceId, id, amended }: FollowedAccount,
  origin: Origin,
  now: number,
): Promise<SqlQuery[]> {
  const collection = await findUsersCollection(driver, workspaceId);
  if (!collection) return [];
  const dialect = dialectOf(driver);
  return withOrigin(dialect, origin, [writeProfiles(dialect, collection, { workspaceId, id, amended }, now)]);
}

/** Statements that delete a user's item, and what refers to it with `cascade`. */
export async function deleteProfile(
  driver: SqlDriver,
  { workspaceId, id }: { workspaceId: string; id: string },
  origin: Origin,
): Promise<SqlQuery[]> {
  const collection = await findUsersCollection(driver, workspaceId);
  if (!collection) return [];
  const dialect = dialectOf(driver);
  const field = collection.byName.get("id")!;
  const query = {
    sql: `delete from ${quote(collection.table)} where ${quoted(field)} = ${dialect.typed(field, dialect.placeholder(1))}`,
    params: [id],
  };
  return withOrigin(dialect, origin, [query]);
}

function withOrigin(dialect: SqlDialect, origin: Origin, queries: readonly SqlQuery[]): SqlQuery[] {
  const { before, after } = dialect.log.origin(origin);
  return [...before, ...queries, ...after];
}

/** One statement: items that are missing are made, the others follow their accounts. */
function writeProfiles(
  dialect: SqlDialect,
  collection: Collection,
  { workspaceId, id, amended = {} }: { workspaceId: string } & Partial<FollowedAccount>,
  now: number,
): SqlQuery {
  const values: Readonly<Record<string, string>> = {
    id: dialect.uuidIn("id"),
    created_at: dialect.instantOf("created_at"),
    updated_at: dialect.instantOf("updated_at"),
    owner_id: "id",
    version: "1",
    name: "name",
    email: `nullif(email, id || '${PLACEHOLDER_ENDING}')`,
    image: "image",
  };
  const fields = [...collection.stored.values()];
  const params: SqlValue[] = id === undefined ? [workspaceId] : [workspaceId, id];
  const sources = fields.map((field) => {
    const value = Object.hasOwn(amended, field.name) ? amended[field.name]! : defaultOf(field, now);
    const number = () => params.push(dialect.encoder(field)(value));
    return values[field.name] ?? dialect.typed(field, `?${number()}`);
  });
  const table = quote(collection.table);
  const followed = PROFILE_FIELDS.map(quoted);
  const changed = followed.map((column) => `coalesce(${table}.${column}, '') <> coalesce(excluded.${column}, '')`);
  const further = fields.filter(({ name }) => Object.hasOwn(amended, name) && !Object.hasOwn(values, name)).map(quoted);
  const set = [...followed, ...further, quote("updated_at")].map((column) => `${column} = excluded.${column}`);
  const isChanged = further.length > 0 ? "" : `where ${changed.join(" or ")}`;
  const text = `insert into ${table} (${fields.map(quoted).join(", ")})
    select ${sources.join(", ")} from plinth_users where workspace_id = ?1${id === undefined ? "" : " and id = ?2"}
    on conflict ("id") do update set ${set.join(", ")}, "version" = ${table}."version" + 1
    ${isChanged}`;
  return numbered(dialect, text, params);
}

/** The value of a field that the workspace has added. */
function defaultOf(field: Field, now: number): Json {
  if (field.default === "$now") return instantAs(field, new Date(now).toISOString());
  if (field.default === "$uuid") return uuidv7(now);
  return constantDefault(field) ?? null;
}

/**
 * Gives its collection of users to every workspace that has none: one from before there were any. A pool whose slug no
 * request could name holds no collections. Several instances may do
 * so at once. Returns the workspaces with the slug of the collection.
 */
export async function ensureUsersCollections(
  driver: SqlDriver,
  now: () => number,
): Promise<{ workspaceId: string; slug: string }[]> {
  const [rows] = await Promise.all([withoutUsersCollection(driver), allowMissingAddresses(driver)]);
  const made: { workspaceId: string; slug: string }[] = [];
  for (const { id: workspaceId } of rows) {
    const slug = await freeSlug(driver, workspaceId);
    const queries = [
      ...schemaTimeLimit(dialectOf(driver)),
      bumpRevision(driver, workspaceId),
      ...createUsersCollection(driver, workspaceId, { slug, now: now() }),
    ];
    try {
      await driver.batch(queries);
      made.push({ workspaceId, slug });
    } catch (error) {
      // Another instance was faster.
      if (!(await findUsersCollection(driver, workspaceId))) throw error;
    }
  }
  return made;
}

function withoutUsersCollection(driver: SqlDriver): Promise<{ id: string }[]> {
  return systemDatabase(driver)
    .select({ id: workspaces.id })
    .from(workspaces)
    .where(
      sql`not exists (select 1 from plinth_collections c where c.workspace_id = plinth_workspaces.id
        and c.table_name = 'u_' || substr(plinth_workspaces.id, 25)) and plinth_workspaces.slug not like '$%'`,
    );
}

/** A workspace keeps the collection `users` that it has made itself: the built-in one then takes another name. */
async function freeSlug(driver: SqlDriver, workspaceId: string): Promise<string> {
  const rows = await systemDatabase(driver)
    .select({ slug: collections.slug })
    .from(collections)
    .where(and(eq(collections.workspaceId, workspaceId), like(collections.slug, `%${USERS_SLUG}%`)))
    .orderBy(asc(collections.slug));
  const taken = new Set(rows.map(({ slug }) => slug));
  if (!taken.has(USERS_SLUG)) return USERS_SLUG;
  for (let n = 1; ; n++) {
    const slug = n === 1 ? `app_${USERS_SLUG}` : `app_${USERS_SLUG}_${n}`;
    if (!taken.has(slug)) return slug;
  }
}

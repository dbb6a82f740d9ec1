import type { SqlDriver, SqlQuery } from "@plinth/core";
import { eq } from "drizzle-orm";
import { guardText } from "../compile/changes.ts";
import { numbered } from "../compile/numbered.ts";
import { dialectOf } from "../dialects/index.ts";
import { systemDatabase } from "../system/database.ts";
import { heldSlugs } from "../system/schema.ts";

/** Of one workspace: whoever renames it again and again must not use up the names of others. */
const MOST = 10;

export interface HeldSlug {
  readonly slug: string;
  /** The id of the workspace that had it, and may take it back. */
  readonly workspaceId: string;
}

interface Hold {
  readonly now: number;
  readonly until: number;
}

/** From now on no other workspace can take the slug until then. */
export function holdSlugQueries(driver: SqlDriver, { slug, workspaceId }: HeldSlug, time: Hold): SqlQuery[] {
  const newest = `select slug from plinth_held_slugs where held_for = ?1 order by held_until desc, slug limit ${MOST}`;
  const prune = `delete from plinth_held_slugs where held_for = ?1 and slug not in (${newest})`;
  return [...hold(driver, slug, workspaceId, time), numbered(dialectOf(driver), prune, [workspaceId])];
}

/** The same where the workspace is gone: its slugs stay held, for nobody. */
export function holdSlugsOfPurged(driver: SqlDriver, { slug, workspaceId }: HeldSlug, time: Hold): SqlQuery[] {
  const forget = "update plinth_held_slugs set held_for = null where held_for = ?1";
  return [...hold(driver, slug, null, time), numbered(dialectOf(driver), forget, [workspaceId])];
}

function hold(driver: SqlDriver, slug: string, heldFor: string | null, { now, until }: Hold): SqlQuery[] {
  const dialect = dialectOf(driver);
  const upsert = `insert into plinth_held_slugs (slug, held_for, held_until) values (?1, ?2, ?3)
    on conflict (slug) do update set held_for = excluded.held_for, held_until = excluded.held_until`;
  return [
    numbered(dialect, "delete from plinth_held_slugs where held_until <= ?1", [now]),
    numbered(dialect, upsert, [slug, heldFor, until]),
  ];
}

/** Fails the batch under the label where the slug is held for another workspace. */
export function mustNotBeHeld(
  driver: SqlDriver,
  { slug, workspaceId }: HeldSlug,
  { now, label }: { readonly now: number; readonly label: string },
): SqlQuery {
  const dialect = dialectOf(driver);
  const held = `select 1 from plinth_held_slugs
    where slug = ?1 and (held_for is null or held_for <> ?2) and held_until > ?3`;
  return numbered(dialect, dialect.guard(`not exists (${held})`, "?4"), [slug, workspaceId, now, guardText(label)]);
}

export async function findSlugHeldUntil(driver: SqlDriver, slug: string): Promise<Date | undefined> {
  const [row] = await systemDatabase(driver).select().from(heldSlugs).where(eq(heldSlugs.slug, slug));
  return row?.heldUntil;
}

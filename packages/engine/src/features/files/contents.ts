import {
  and,
  anonymous,
  type Collection,
  type Condition,
  FULL_ACCESS,
  not,
  PlinthError,
  type SqlDriver,
} from "@plinth/core";
import { fullRelation } from "../../access/relation-ref.ts";
import { systemCollection } from "../../kernel/catalog.ts";
import type { Engine, RequestContext } from "../../kernel/engine.ts";
import { contextOf } from "../../kernel/request-context.ts";
import { listWorkspacesWithContents } from "./repository.ts";

/** The bytes that files have, had, or are to have. */

export function contentsCollection(ctx: Pick<RequestContext, "catalog">): Collection {
  const found = systemCollection(ctx.catalog, "file_contents");
  if (!found) throw new PlinthError("NOT_FOUND", "This workspace has no files.");
  return found;
}

/** Contents that a file has. */
export function isUsed({ catalog }: Pick<RequestContext, "catalog">, contents: Collection): Condition {
  const relation = fullRelation(catalog, contents.byName.get("files")!, "files");
  return { kind: "some", relation: { ...relation, policy: FULL_ACCESS }, where: and() };
}

export function isUnused(ctx: Pick<RequestContext, "catalog">, contents: Collection): Condition {
  return not(isUsed(ctx, contents));
}

/** Each workspace that has files, or of those that are named, with the server's own rights in it. */
export async function* workspacesWithFiles(
  engine: Engine,
  driver: SqlDriver,
  ids?: readonly string[],
): AsyncGenerator<RequestContext> {
  for (const id of ids ?? (await listWorkspacesWithContents(driver))) {
    const catalog = await engine.catalogs.inAnyState(driver, id);
    if (systemCollection(catalog, "files")) {
      yield contextOf(engine, driver, { ...anonymous(id), bypass: true }, catalog);
    }
  }
}

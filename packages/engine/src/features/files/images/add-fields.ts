import { IMAGE_FIELDS, PlinthError, type SqlDriver } from "@plinth/core";
import { systemCollection } from "../../../kernel/catalog.ts";
import type { Engine } from "../../../kernel/engine.ts";
import { addBuiltInFields } from "../../../schema/add-built-in-fields.ts";
import { workspacesWithFiles } from "../contents.ts";
import { listOwners } from "../repository.ts";
import { hasImageFields } from "./upload-facts.ts";

/** Gives the collection of files its fields of pictures, in a workspace that an older version has made. */
export async function addImageFields(engine: Engine, driver: SqlDriver): Promise<boolean> {
  for await (const ctx of workspacesWithFiles(engine, driver, await listOwners(driver))) {
    const collection = systemCollection(ctx.catalog, "files")!;
    // A field of the workspace's own that has one of the names stays its own.
    if (hasImageFields(collection) || IMAGE_FIELDS.some(({ name }) => collection.byName.has(name))) continue;
    try {
      await addBuiltInFields(ctx, collection, IMAGE_FIELDS);
    } catch (error) {
      // Another process has done it.
      if (error instanceof PlinthError && error.code === "CONFLICT") continue;
      const { workspaceId } = ctx.principal;
      engine.log.warn("the files of a workspace have got no fields of pictures", { workspaceId, error });
    }
  }
  return false;
}

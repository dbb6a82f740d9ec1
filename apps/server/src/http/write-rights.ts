import { type Collection, PlinthError } from "@plinth/core";
import { mayTouch, type RequestContext, requireWriteAccess } from "@plinth/engine";

/** What a caller may write of a collection, for documents that describe it. The service decides for each item. */
export interface WriteRights {
  readonly create: boolean;
  readonly update: boolean;
  readonly delete: boolean;
  /** The fields that a new item may be given, as far as the caller may set each of them in some. */
  readonly creatable: (field: string) => boolean;
  readonly updatable: (field: string) => boolean;
  /** What the rules set in a new item. */
  readonly presets: Readonly<Record<string, unknown>>;
}

export function writeRights(ctx: RequestContext, collection: Collection): WriteRights {
  const { catalog, principal } = ctx;
  const may = (action: WriteAction): boolean => mayWrite(ctx, collection, action);
  const touches = (action: "create" | "update") => (field: string) =>
    principal.bypass || mayTouch(catalog, principal, collection, action, field);
  const create = may("create");
  return {
    create,
    update: may("update"),
    delete: may("delete"),
    creatable: touches("create"),
    updatable: touches("update"),
    presets: create ? requireWriteAccess(catalog, principal, collection, "create", []).presets : {},
  };
}

type WriteAction = "create" | "update" | "delete";

function mayWrite({ catalog, principal }: RequestContext, collection: Collection, action: WriteAction): boolean {
  try {
    requireWriteAccess(catalog, principal, collection, action, []);
    return true;
  } catch (error) {
    if (error instanceof PlinthError && error.status < 500) return false;
    throw error;
  }
}

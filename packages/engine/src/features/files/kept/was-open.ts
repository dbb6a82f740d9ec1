import type { Row } from "@plinth/core";
import type { RequestContext } from "../../../kernel/engine.ts";
import { filesCollection } from "../file-items.ts";
import { KEPT } from "./kept.ts";

/** Changes of its file that are looked through: a content is marked before it has many more. */
const LOOKED_AT = 50;

/** Whether the file of a content that none has any more was `ready` when it lost it. Not, where nobody knows. */
export async function wasReadable(ctx: RequestContext, content: Row): Promise<boolean> {
  return content.unused_since === null ? wasLoggedOpen(ctx, content) : content.unused_since === KEPT;
}

/** The same by the change log alone. */
export async function wasLoggedOpen(ctx: RequestContext, { id, file: item }: Row): Promise<boolean> {
  const collection = filesCollection(ctx);
  const logged = { workspaceId: ctx.principal.workspaceId, collectionId: collection.id, item: item as string };
  const { changes } = await ctx.source(collection).log.ofItem(logged, { limit: LOOKED_AT });
  const loss = changes.find(({ before, after }) => before?.content === id && after?.content !== id);
  return loss?.before?.state === "ready";
}

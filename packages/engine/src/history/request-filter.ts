import { type ActorFilter, type ChangeFilter, invalid, isUuid } from "@plinth/core";
import { listOperatorIds } from "@plinth/db";
import { collectionOf } from "../kernel/catalog.ts";
import type { RequestContext } from "../kernel/engine.ts";
import * as z from "../kernel/zod.ts";

const instant = z.iso.datetime({ offset: true });

/** Which requests are listed: those with a change for which all of it holds. */
export const changingRequestsSchema = z.strictObject({
  collection: z.string().optional(),
  item: z.string().optional().describe("The id of an item; only with collection"),
  operation: z.enum(["insert", "update", "delete"]).optional(),
  actor: z
    .string()
    .max(100)
    .optional()
    .describe("user:ID, key:ID or operator:ID; user, key or operator for all of them; nobody where no caller is known"),
  since: instant.optional().describe("Changes from this time on"),
  until: instant.optional().describe("Changes before this time"),
  request_id: z.string().min(1).max(100).optional(),
});

type RequestFilter = z.output<typeof changingRequestsSchema>;

/** Operators beyond this many count as users when requests are looked for by the kind of their actor. */
const MAX_OPERATORS = 1000;
const ACTOR = /^(?:nobody|(user|key|operator)(?::([\w-]+))?)$/;

export async function changeFilterOf(ctx: RequestContext, filter: RequestFilter): Promise<ChangeFilter> {
  const { collection, item, operation, actor, since, until, request_id } = filter;
  if (item !== undefined && collection === undefined) throw invalid("item", "only goes with collection");
  if (item !== undefined && !isUuid(item)) throw invalid("item", "expected the id of an item");
  return {
    collectionId: collection === undefined ? undefined : collectionOf(ctx, collection, "collection").id,
    item: item?.toLowerCase(),
    operation,
    requestId: request_id,
    actor: actor === undefined ? undefined : await actorFilterOf(ctx, actor),
    since: since === undefined ? undefined : Date.parse(since),
    until: until === undefined ? undefined : Date.parse(until),
  };
}

/** Operators act as themselves, named like users, or for a user: `user:ID by operator:ID`. */
async function actorFilterOf(ctx: RequestContext, actor: string): Promise<ActorFilter> {
  const match = ACTOR.exec(actor);
  if (!match) throw invalid("actor", "expected user, key, operator or nobody, or one of them such as user:ID");
  const [, kind, id] = match;
  if (kind === undefined) return null;
  if (id !== undefined) {
    if (kind === "operator") return { any: { among: [`user:${id}`], contains: ` by operator:${id}` } };
    return { any: { among: [actor], startsWith: `${actor} by ` } };
  }
  if (kind === "key") return { any: { startsWith: "key:" } };
  const operators = (await listOperatorIds(ctx.driver, MAX_OPERATORS)).map((one) => `user:${one}`);
  if (kind === "operator") return { any: { among: operators, contains: " by operator:" } };
  return { any: { startsWith: "user:" }, except: operators };
}

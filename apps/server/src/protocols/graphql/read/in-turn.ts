import type { Json } from "@plinth/core";
import { bytesOf, requireTime, spendBytes } from "@plinth/engine";
import type { GraphQLResolveInfo } from "graphql";
import type { ReadContext } from "./context.ts";

/**
 * Reads for a field of a query after the fields before it. GraphQL begins them together, but what they may scan, return and take in
 * time is one budget: each must see what the others have spent.
 */
export function readInTurn<T>(
  context: ReadContext,
  { path }: GraphQLResolveInfo,
  read: () => T | PromiseLike<T>,
): Promise<T> {
  const { ctx, lastRead } = context;
  const field = String(path.key);
  const run = async (): Promise<T> => {
    if (lastRead) requireTime(ctx, field);
    const before = ctx.budget?.bytes ?? 0;
    const found = await read();
    // Related items were counted when they were read; the field's own were not.
    const more = before + bytesOf(found as Json) - (ctx.budget?.bytes ?? 0);
    if (more > 0) spendBytes(ctx, more, field);
    return found;
  };
  const reading = lastRead ? lastRead.then(run, run) : run();
  context.lastRead = reading;
  return reading;
}

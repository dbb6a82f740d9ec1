/** The change log against the state: all changes one after the other, from nothing, must give the rows that are stored. */
import type { Json, JsonObject } from "@plinth/core";
import { same } from "./compare.ts";
import { listChanges, type RequestContext } from "./plinth.ts";

export type State = Readonly<Record<string, Json>>;

/** Small, so that a case's log is several pages, unless each takes long. */
const PAGE = 25;
const REMOTE_PAGE = 500;
const ATTEMPTS = 40;
const PAUSE_MS = 50;

/** What is wrong with the log since `from`, beside what should be; undefined where it tells the state. */
export async function logFault(ctx: RequestContext, from: string, state: State): Promise<[string, State] | undefined> {
  const look = () => replay(ctx, from, state).catch((error: unknown) => `it cannot be read: ${String(error)}`);
  let fault = await look();
  // On Postgres a change shows when all transactions that began before it have ended, the server's own included.
  for (let attempt = 1; fault !== undefined && attempt < ATTEMPTS && ctx.driver.dialect === "postgres"; attempt++) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    fault = await look();
  }
  return fault === undefined ? undefined : [fault, state];
}

async function replay(ctx: RequestContext, from: string, state: State): Promise<string | undefined> {
  for (const collection of Object.keys(state)) {
    const rows = new Map<string, JsonObject>();
    for await (const change of changesOf(ctx, collection, from)) {
      const fault = apply(rows, change);
      if (fault) return `${collection}: ${fault}`;
    }
    const logged = [...rows.values()].sort((a, b) => ((a.id as string) < (b.id as string) ? -1 : 1));
    if (!same(logged, state[collection]!, false)) return `${collection}: it tells ${JSON.stringify(logged)}`;
  }
  return undefined;
}

async function* changesOf(ctx: RequestContext, collection: string, from: string): AsyncGenerator<JsonObject> {
  const limit = ctx.driver.capabilities.remote ? REMOTE_PAGE : PAGE;
  for (let after = from, more = true; more; ) {
    const page = await listChanges(ctx, { collection, after, limit });
    yield* page.data as JsonObject[];
    after = page.next as string;
    more = page.more as boolean;
  }
}

/** One change of a copy; a text where it does not fit what is there. */
function apply(rows: Map<string, JsonObject>, change: JsonObject): string | undefined {
  const { item, operation, before, after } = change as { [name: string]: Json } & { item: string };
  if (!same(before!, rows.get(item) ?? null, false))
    return `${JSON.stringify(change)} comes upon ${JSON.stringify(rows.get(item) ?? null)}`;
  const fits = { insert: !before && after, update: before && after, delete: before && !after };
  if (!fits[operation as keyof typeof fits]) return `${JSON.stringify(change)} is no ${String(operation)}`;
  if (after) rows.set(item, after as JsonObject);
  else rows.delete(item);
  return undefined;
}

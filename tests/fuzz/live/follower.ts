/** Who follows a query or a collection's items with the real client, and the copy that the client keeps. */
import { type JsonObject, PlinthError, parseSortText } from "@plinth/core";
import type { Caller } from "../case.ts";
import {
  aggregateItems,
  createClient,
  type ItemEvent,
  listItems,
  liveBodySchema,
  liveInputOf,
  type RequestContext,
} from "../plinth.ts";
import { openWire, type Wire } from "./wire.ts";
import type { World } from "./world.ts";

export type SelectionInput =
  | { readonly kind: "query"; readonly query: JsonObject }
  | { readonly kind: "items"; readonly collection: string; readonly filter: JsonObject | undefined };

export interface Follower {
  readonly caller: Caller;
  readonly wanted: SelectionInput;
  readonly wire: Wire;
  /** The client's copy: rows in order, or items by their ids. */
  readonly copy: JsonObject[];
  /** Why the server ended it. */
  readonly ended: string | undefined;
  readonly idle: boolean;
  /** What was received since the last look, a whole result as null. */
  received: (ItemEvent | JsonObject[] | null)[];
  /** Connects again after it was ended. */
  restart(): Promise<void>;
  close(): void;
}

const URL = "http://plinth.test";

export async function follow(world: World, caller: Caller, wanted: SelectionInput): Promise<Follower> {
  const wire = openWire(world, await world.admit(caller));
  const client = createClient({ url: URL, fetch: wire.fetch });
  let ended: string | undefined;
  let rows: JsonObject[] = [];
  let items = new Map<string, JsonObject>();
  let reading: ItemEvent[] | undefined;
  const onError = (error: { code: string }): void => {
    ended = error.code;
  };
  const put = (event: ItemEvent): void => {
    if (event.event === "leave") items.delete(event.id);
    else if (event.event === "enter" || event.event === "update") items.set(event.id, event.data);
  };
  /** As the documentation says of clients: reads the list, and then applies the events received meanwhile. */
  const readAnew = async (): Promise<void> => {
    const mine: ItemEvent[] = [];
    reading = mine;
    try {
      const fresh = await readItems(await scopeOf(), wanted as SelectionInput & { kind: "items" });
      if (reading !== mine) return;
      items = new Map(fresh.map((row) => [row.id as string, row]));
      for (const event of mine) put(event);
    } catch {
      // The stream will end with the refusal.
      items = new Map();
    }
    if (reading === mine) reading = undefined;
  };
  const scopeOf = async (): Promise<RequestContext> => (await world.enter(wire.ticket)).ctx;
  const openQuery = ({ collection, ...query }: JsonObject) =>
    client.from(collection as string).live(
      query,
      (now, ops) => {
        rows = [...now];
        follower.received.push(ops.length > 0 ? (ops as unknown as JsonObject[]) : null);
      },
      { onError },
    );
  const open = () =>
    wanted.kind === "query"
      ? openQuery(wanted.query)
      : client.from(wanted.collection).subscribe({ filter: wanted.filter, onError }, (event) => {
          if (event.event !== "ready") follower.received.push(event);
          if (event.event === "ready" || event.event === "reset" || event.event === "gone") void readAnew();
          else if (reading) reading.push(event);
          else put(event);
        });
  const follower: Follower = {
    caller,
    wanted,
    wire,
    received: [],
    get copy() {
      return wanted.kind === "query" ? rows : [...items.values()];
    },
    get ended() {
      return ended;
    },
    get idle() {
      return ended !== undefined || (wire.idle && reading === undefined);
    },
    async restart() {
      wire.ticket = await world.admit(caller);
      ended = undefined;
      subscription = open();
    },
    close: () => subscription.close(),
  };
  let subscription = open();
  return follower;
}

/** What a read gives now. */
export async function readFresh(ctx: RequestContext, wanted: SelectionInput): Promise<JsonObject[]> {
  if (wanted.kind === "items") return readItems(ctx, wanted);
  const parsed = liveBodySchema.safeParse(wanted.query);
  if (!parsed.success) throw new PlinthError("VALIDATION");
  const { collection, ...input } = liveInputOf(parsed.data);
  if ("aggregates" in input) return aggregateItems(ctx, collection, input);
  const { data } = await listItems(ctx, collection, input);
  return data as JsonObject[];
}

async function readItems(
  ctx: RequestContext,
  { collection, filter }: SelectionInput & { kind: "items" },
): Promise<JsonObject[]> {
  const input = { filter, sort: parseSortText("id"), limit: 1000 };
  return (await listItems(ctx, collection, input)).data as JsonObject[];
}

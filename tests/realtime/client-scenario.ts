/**
 * What the client must do on every runtime; run as a program with address, key and transport in the environment, or imported.
 * Uses nothing but the web's own interfaces, so that it runs anywhere.
 */
import {
  createClient,
  type Field,
  type ItemEvent,
  type PlinthClientError,
  type Row,
  type Subscription,
} from "../../packages/client/src/index.ts";

type Schema = {
  notes: { id: Field<string, "order", "new">; text: Field<string, "text">; rank: Field<number, "number"> };
};
type Note = Row<Schema, "notes">;

export type Transport = "sse" | "websocket";

export async function clientScenario(url: string, key: string, transport: Transport): Promise<string> {
  let sockets = 0;
  class Counted extends WebSocket {
    constructor(address: string | URL) {
      super(address);
      sockets++;
    }
  }
  const client = createClient<Schema>({ url, key, transport, WebSocket: Counted });
  const events: ItemEvent<Note>[] = [];
  const mark = Math.random().toString(36).slice(2);
  const items = client.from("notes").subscribe({ filter: { text: { _starts_with: mark } } }, (event) => {
    events.push(event);
  });
  let rows: readonly Note[] = [];
  const query = { filter: { text: { _starts_with: mark } }, sort: "-rank", limit: 2 };
  const live = client.from("notes").live(query, (now) => {
    rows = now;
  });
  await Promise.all([items.ready, live.ready]);

  const ids: string[] = [];
  for (const rank of [1, 3, 2]) {
    const { data } = await send(url, key, "POST", "/api/items/notes", { text: `${mark} ${rank}`, rank });
    ids.push(data.id);
  }
  await until(
    () => rows.map(({ rank }) => rank).join() === "3,2",
    () => `live ${JSON.stringify(rows)}`,
  );
  await send(url, key, "PATCH", `/api/items/notes/${ids[0]}`, { rank: 9 });
  await send(url, key, "DELETE", `/api/items/notes/${ids[1]}`);
  await until(
    () => rows.map(({ rank }) => rank).join() === "9,2",
    () => `live ${JSON.stringify(rows)}`,
  );
  const received = (): string => events.map((event) => event.event).join();
  await until(() => received() === "ready,enter,enter,enter,update,leave", received);

  // A client that comes back with a position gets what was missed.
  const { position } = events.at(-2)!;
  items.close();
  const missed: ItemEvent<Note>[] = [];
  const again = client.from("notes").subscribe({ after: position }, (event) => missed.push(event));
  await until(
    () => missed.some(({ event }) => event === "leave"),
    () => JSON.stringify(missed),
  );
  again.close();
  live.close();

  const missing = await refusalOf((onError) =>
    createClient({ url, key, transport })
      .from("no_such")
      .subscribe({ onError }, () => {}),
  );
  if (missing !== "COLLECTION_NOT_FOUND") throw new Error(`expected COLLECTION_NOT_FOUND, got ${missing}`);
  const wrong = { ...query, filter: { no_such: 1 } };
  const field = await refusalOf((onError) =>
    createClient({ url, key, transport })
      .from("notes")
      .live(wrong, () => {}, { onError }),
  );
  if (field !== "UNKNOWN_FIELD") throw new Error(`expected UNKNOWN_FIELD, got ${field}`);
  const expected = transport === "websocket" ? 1 : 0;
  if (sockets !== expected) throw new Error(`expected ${expected} sockets, ${sockets} were opened`);

  const stranger = createClient({ url, key: key.replace(/.$/, "_"), transport });
  const error = await refusalOf((onError) => stranger.from("notes").subscribe({ onError }, () => {}));
  if (error !== "INVALID_API_KEY") throw new Error(`expected INVALID_API_KEY, got ${error}`);
  return "ok";
}

/** The code that both `ready` and `onError` give; the subscription is closed by then. */
async function refusalOf(begin: (onError: (error: PlinthClientError) => void) => Subscription): Promise<string> {
  const received: string[] = [];
  const subscription = begin(({ code }) => void received.push(code));
  await subscription.ready.catch(({ code }: PlinthClientError) => received.push(code));
  // `ready` rejects first; its listeners run after `onError` has been called.
  if (subscription.state !== "closed") throw new Error("a refused subscription must be closed");
  if (received.length !== 2 || received[0] !== received[1]) throw new Error(`one refusal, sent twice: ${received}`);
  return received[0]!;
}

async function send(url: string, key: string, method: string, path: string, body?: unknown) {
  const headers = { "x-api-key": key, ...(body !== undefined && { "content-type": "application/json" }) };
  const response = await fetch(url + path, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path} gave ${response.status} ${await response.text()}`);
  return (await response.json()) as { data: Note };
}

async function until(found: () => boolean, what: () => string): Promise<void> {
  const end = Date.now() + 120_000;
  while (!found()) {
    if (Date.now() > end) throw new Error(`not in time: ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

if (import.meta.main ?? globalThis.process?.argv[1]?.endsWith("client-scenario.ts")) {
  const { PLINTH_URL, PLINTH_KEY, PLINTH_TRANSPORT } = process.env;
  console.log(await clientScenario(PLINTH_URL!, PLINTH_KEY!, PLINTH_TRANSPORT as Transport));
  process.exit(0);
}

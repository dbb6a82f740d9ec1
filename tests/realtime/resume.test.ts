import { afterAll, expect, test } from "bun:test";
import { until } from "@plinth/core/testing";
import { createClient, type ItemEvent, type Subscription } from "../../packages/client/src/index.ts";
import { openLab, SECRET } from "../matrix/lab.ts";
import { freePort } from "../support/free-port.ts";
import { type Server, startServer } from "./support.ts";
import { startWriter } from "./writer.ts";

/** How hard: the defaults suit every run; see docs/realtime.md for the full measure. */
const KILLS = Number(process.env.PLINTH_TEST_KILLS ?? 4);
const RATE = Number(process.env.PLINTH_TEST_RATE ?? 60);
const SUBSCRIBERS = Number(process.env.PLINTH_TEST_SUBSCRIBERS ?? 20);
const LIVES = Number(process.env.PLINTH_TEST_LIVES ?? 6);

const lab = await openLab({ postgres: true });
afterAll(() => lab.close());

/** Longer than the client's longest pause: whose connections were cut short so often comes back that late. */

/** Every fourth hears by a socket. */
const transportOf = (i: number) => (i % 4 === 1 ? "websocket" : "sse");

interface Follower {
  readonly events: ItemEvent[];
  readonly subscription: Subscription;
  readonly user: { id: string; token: string } | undefined;
  readonly filter: { rank: { _gte: number } } | undefined;
}

interface LoggedChange {
  readonly position: string;
  readonly collection: string;
  readonly item: string;
  readonly before: Record<string, unknown> | null;
  readonly after: Record<string, unknown> | null;
}

/** The log itself, after a position, up to its end. */
async function logOf(server: Server, key: string, from: string): Promise<LoggedChange[]> {
  const changes: LoggedChange[] = [];
  for (let after = from; ; ) {
    const page = await server.ask("GET", `/api/changes?limit=1000&after=${after}`, undefined, { key });
    changes.push(...(page.data as LoggedChange[]));
    if (page.data.length === 0) return changes.filter(({ collection }) => collection === "jobs");
    after = page.data.at(-1).position;
  }
}

/** What a follower should have received, computed from the log by the test's own reading of the rule and the filter. */
function expected(log: readonly LoggedChange[], { user, filter }: Follower): string[] {
  const sees = (row: LoggedChange["after"]): boolean =>
    row !== null && (!user || row.who === user.id) && (!filter || Number(row.rank ?? -1) >= filter.rank._gte);
  const shown = (row: LoggedChange["after"]) => (user ? [row!.text, row!.rank, row!.who] : row);
  return log.flatMap(({ position, item, before, after }) => {
    const at = user ? "" : `${position} `;
    if (!sees(before)) return sees(after) ? [`${at}enter ${item}`] : [];
    if (!sees(after)) return [`${at}leave ${item}`];
    return Bun.deepEquals(shown(before), shown(after)) ? [] : [`${at}update ${item}`];
  });
}

/** Users cannot read theirs. */
const received = ({ events, user }: Follower): string[] =>
  events
    .filter(({ event }) => event !== "ready")
    .map((event) => {
      const at = user ? "" : `${positionOf(event)} `;
      return `${at}${event.event} ${"id" in event ? event.id : ""}`;
    });

const positionOf = (event: { readonly position?: string }): string => (event.position ?? "").split("~")[0]!;

for (const database of ["sqlite", "postgres"] as const) {
  const missing = database === "postgres" && !lab.postgres;
  test.skipIf(missing)(
    `on ${database}: ${KILLS} times killed under writes, nobody misses anything or hears it twice${missing ? " — no Postgres here" : ""}`,
    () => killed(database),
    300_000 + KILLS * 15_000,
  );
}

async function killed(database: "sqlite" | "postgres"): Promise<void> {
  const folder = lab.folder();
  const env: Record<string, string> = {
    PORT: String(await freePort()),
    PLINTH_SECRET: SECRET,
    LOG_LEVEL: "error",
    ...(database === "postgres" && { DATABASE_URL: await lab.database() }),
  };
  let server = await startServer(lab, env, folder);
  const { account } = server;
  const users = [await server.signUp("ann"), await server.signUp("ben")];
  const fields = [
    { name: "text", type: "text" },
    { name: "rank", type: "integer" },
    { name: "who", type: "text" },
    { name: "hidden", type: "text" },
  ];
  await server.ask("POST", "/api/collections", { slug: "jobs", fields });
  const rule = { role: "authenticated", collection: "jobs", action: "read", fields: ["text", "rank", "who"] };
  await server.ask("POST", "/api/permissions", { ...rule, condition: { who: "$user.id" } });

  const followers = Array.from({ length: SUBSCRIBERS }, (_, i): Follower => {
    const user = i % 3 === 0 ? undefined : users[i % 2];
    const filter = i % 2 === 0 ? { rank: { _gte: 40 } } : undefined;
    const events: ItemEvent[] = [];
    const client = clientOf(server, user?.token, transportOf(i));
    const subscription = client.from("jobs").subscribe({ filter }, (event) => void events.push(event));
    return { events, subscription, user, filter };
  });
  const lives = Array.from({ length: LIVES }, (_, i) => {
    const user = i % 2 === 0 ? undefined : users[i % 2];
    const query = {
      filter: { rank: { _gte: i * 10 } },
      sort: ["-rank,text", "text", "rank,-text"][i % 3]!,
      limit: 5 + i,
    };
    const held: { rows: readonly unknown[] } = { rows: [] };
    const subscription = clientOf(server, user?.token, transportOf(i))
      .from("jobs")
      .live(query, (rows) => {
        held.rows = rows;
      });
    return { query, held, subscription, token: user?.token };
  });
  await Promise.all([...followers, ...lives].map(({ subscription }) => subscription.ready));
  const start = followers.map(({ events }) => positionOf(events[0] as { position: string }));

  const owners = users.map(({ id }) => id);
  const writer = startWriter({
    servers: () => [server],
    secretKey: account.secretKey,
    rate: RATE,
    collection: "jobs",
    row: () => {
      const hidden = String(Math.random());
      // A change of what some of the readers cannot see.
      if (Math.random() < 0.1) return { hidden };
      const rank = Math.floor(Math.random() * 100);
      return { text: Math.random().toString(36), rank, who: owners[rank % 2], hidden };
    },
  });
  for (let i = 0; i < KILLS; i++) {
    await Bun.sleep(600 + Math.random() * 900);
    await server.kill();
    server = await startServer(lab, env, folder, account);
  }
  await Bun.sleep(500);
  const { done } = await writer.stop();

  for (const [i, follower] of followers.entries()) {
    const should = expected(await logOf(server, account.secretKey, start[i]!), follower);
    await until(() => received(follower).length >= should.length, `follower ${i}: all ${should.length}`).catch(
      () => {},
    );
    expect(received(follower)).toEqual(should);
    expect(should.length).toBeGreaterThan(0);
  }
  for (const { query, held, token } of lives) {
    const { sort, limit, filter } = query;
    const search = new URLSearchParams({ sort, limit: String(limit), filter: JSON.stringify(filter) });
    const fresh = await server.ask(
      "GET",
      `/api/items/jobs?${search}`,
      undefined,
      token ? { token } : { key: account.secretKey },
    );
    await until(() => Bun.deepEquals(held.rows, fresh.data), "a live query equals a fresh read").catch(() => {});
    expect(held.rows).toEqual(fresh.data);
  }
  console.log(
    `${database}: ${KILLS} kills, ${done} writes, ${followers.reduce((sum, { events }) => sum + events.length, 0)} events sent`,
  );
  for (const { subscription } of [...followers, ...lives]) subscription.close();
  await server.stop();

  function clientOf({ url }: Server, token: string | undefined, transport: "sse" | "websocket" = "sse") {
    return createClient({ url, transport, ...(token ? { token } : { key: account.secretKey }) });
  }
}

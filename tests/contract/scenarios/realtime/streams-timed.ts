import type { JsonObject } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { namedRows } from "../../rows.ts";
import { get, INTERNALS, ok, patch, post, type Scenario } from "../../scenario.ts";
import type { World } from "../../world.ts";

/** Rules and filters with `$now`: what time alone changes, by bounded requests, as every host has them. */

const SHOWS = namedRows(108, { tonight: 1, missed: 2, ending: 3, over: 4 });

const shows = collection(
  {
    slug: "shows",
    fields: [
      { name: "title", type: "text" },
      { name: "opens", type: "timestamp" },
      { name: "closes", type: "timestamp" },
    ],
  },
  { rules: [{ role: "public", action: "read", condition: { opens: { _lte: "$now" } }, fields: ["title", "closes"] }] },
);

const path = "/api/realtime/items/shows";
const OPEN = { closes: { _gt: "$now" } };

const from = (ms: number): string => new Date(Date.now() + ms).toISOString();
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const write = (world: World, row: JsonObject) => world.must(as.secretKey, post("/api/items/shows", row));

interface Polled {
  readonly events: string[];
  readonly next: string;
}

async function poll(world: World, who: Who, query: JsonObject): Promise<Polled> {
  const reply = await world.must(who, get(path, { poll: "1", ...query }));
  const { data, next } = reply as unknown as { data: { event: string; id?: string }[]; next: string };
  return { events: data.map(({ event, id }) => `${event} ${id ?? ""}`.trim()), next };
}

function mustBe(polled: Polled, ...events: string[]): void {
  if (polled.events.join() !== events.join())
    throw new Error(`expected ${events.join()}, came ${polled.events.join()}`);
}

export const scenarios: Scenario[] = [
  {
    name: "streams under $now: an item enters when its time comes, live and for who comes back, once",
    as: as.anonymous,
    needs: [shows],
    request: get(path, { poll: "1" }),
    expect: ok(),
    async verify(reply, world) {
      const start = String((reply.json as JsonObject).next);
      await write(world, { id: SHOWS.tonight, title: "tonight", opens: from(1500) });
      const live = await poll(world, as.anonymous, { after: start });
      mustBe(live, `enter ${SHOWS.tonight}`);
      await write(world, { id: SHOWS.missed, title: "missed", opens: from(700) });
      await sleep(1000);
      const missed = await poll(world, as.anonymous, { after: live.next });
      mustBe(missed, `enter ${SHOWS.missed}`);
      await world.must(as.secretKey, patch(`/api/items/shows/${SHOWS.missed}`, { title: "changed" }));
      mustBe(await poll(world, as.anonymous, { after: missed.next }), `update ${SHOWS.missed}`);
    },
  },
  {
    name: "streams under $now: an item leaves when its time is over, and is not sent afterwards",
    as: as.publicKey,
    needs: [shows],
    request: get(path, { poll: "1", filter: OPEN }),
    expect: ok(),
    async verify(reply, world) {
      const start = String((reply.json as JsonObject).next);
      const seen = { opens: from(-60_000) };
      await write(world, { id: SHOWS.ending, title: "ending", closes: from(4000), ...seen });
      const entered = await poll(world, as.publicKey, { filter: OPEN, after: start });
      mustBe(entered, `enter ${SHOWS.ending}`);
      const left = await poll(world, as.publicKey, { filter: OPEN, after: entered.next });
      mustBe(left, `leave ${SHOWS.ending}`);
      await write(world, { id: SHOWS.over, title: "over", closes: from(-1), ...seen });
      await world.must(as.secretKey, patch(`/api/items/shows/${SHOWS.ending}`, { closes: from(60_000) }));
      mustBe(await poll(world, as.publicKey, { filter: OPEN, after: left.next }), `enter ${SHOWS.ending}`);
    },
  },
  {
    name: "streams under $now: a position that states no time gets a reset",
    as: as.secretKey,
    needs: [shows],
    request: get("/api/changes", { limit: "1" }),
    expect: { ...ok(), excludes: INTERNALS },
    async verify(reply, world) {
      const [{ position }] = (reply.json as { data: [{ position: string }] }).data;
      mustBe(await poll(world, as.secretKey, { filter: OPEN, after: position }), "reset");
    },
  },
];

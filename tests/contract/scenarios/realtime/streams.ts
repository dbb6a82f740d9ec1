import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { type NameOf, namedRows } from "../../rows.ts";
import { created, get, INTERNALS, ok, patch, post, type Scenario } from "../../scenario.ts";
import type { World } from "../../world.ts";

const PULSES = namedRows(107, { first: 1, missed: 2, awaited: 3 });
const HIDDEN_PULSES = namedRows(107, { draft: 11 });

const pulses = collection(
  {
    slug: "pulses",
    fields: [
      { name: "text", type: "text" },
      { name: "secret_note", type: "text" },
    ],
  },
  {
    rules: [{ role: "public", action: "read", fields: ["text"] }],
    rows: [{ id: PULSES.first, text: "first", secret_note: "classified" }],
  },
);

const path = "/api/realtime/items/pulses";
const poll = get(path, { poll: "1" });
const beat = (world: World, name: NameOf<typeof PULSES>) =>
  world.must(as.secretKey, post("/api/items/pulses", { id: PULSES[name], text: "beat", secret_note: "classified" }));

function mustBeStream({ status, headers, text }: { status: number; headers: Headers; text: string }): void {
  if (status !== 200) throw new Error(`the stream gave ${status}`);
  const type = headers.get("content-type") ?? "";
  if (!type.startsWith("text/event-stream")) throw new Error(`the stream is ${type}`);
  if (text.includes("classified")) throw new Error(`the stream sends what nobody may see: ${text}`);
}

const hidden = collection({ slug: "hidden_pulses", fields: [{ name: "text", type: "text" }] }, {});

/** Before all that the log holds of the collection's items. */
async function begin(world: World): Promise<string> {
  const changes = await world.must(as.secretKey, get("/api/changes", { limit: "1" }));
  return String((changes.data as { position: string }[])[0]!.position);
}

/** Server-sent events as each host has them: for good, for a while, or in one piece. */
export const scenarios: Scenario[] = [
  {
    name: "streams: what happened since a position, and where it was",
    as: as.anonymous,
    needs: [pulses],
    request: poll,
    expect: ok(),
    async verify(reply, world) {
      await beat(world, "missed");
      const after = String((reply.json as JsonObject).next);
      const sent = await world.stream(as.anonymous, get(path, { after }), PULSES.missed);
      mustBeStream(sent);
      if (!/^id: \S+$/m.test(sent.text)) throw new Error(`no event has a position: ${sent.text}`);
    },
  },
  {
    name: "streams: what happens while it is open",
    as: as.anonymous,
    needs: [pulses],
    request: poll,
    expect: ok(),
    async verify(reply, world) {
      const after = String((reply.json as JsonObject).next);
      const [sent] = await Promise.all([
        world.stream(as.anonymous, get(path, { after }), PULSES.awaited),
        new Promise((resolve) => setTimeout(resolve, 200)).then(() => beat(world, "awaited")),
      ]);
      mustBeStream(sent);
    },
  },
  {
    name: "streams: a live query begins with its result",
    as: as.anonymous,
    needs: [pulses],
    request: get("/api/items/pulses"),
    expect: ok(),
    async verify(_, world) {
      const query = { collection: "pulses", sort: "id", limit: 1 };
      const sent = await world.stream(as.anonymous, post("/api/live", query), PULSES.first);
      mustBeStream(sent);
      if (!sent.text.includes('"event":"snapshot"')) throw new Error(`no snapshot: ${sent.text}`);
    },
  },
  {
    name: "streams: nobody goes back to before the rule by which they read",
    as: as.secretKey,
    needs: [hidden],
    request: post("/api/items/hidden_pulses", { id: HIDDEN_PULSES.draft, text: "classified draft" }),
    expect: { ...created({ data: { text: "classified draft" } }), excludes: [...INTERNALS] },
    async verify(_, world) {
      const path = "/api/realtime/items/hidden_pulses";
      const item = `/api/items/hidden_pulses/${HIDDEN_PULSES.draft}`;
      const read = async (after?: string) => {
        const reply = await world.must(as.anonymous, get(path, { poll: "1", ...(after && { after }) }));
        if (JSON.stringify(reply).includes("classified"))
          throw new Error(`the past was sent: ${JSON.stringify(reply)}`);
        return reply as { data: { event: string }[]; next: string };
      };
      await world.must(as.secretKey, patch(item, { text: "public" }));
      const full = await world.must(as.secretKey, get(path, { poll: "1", after: await begin(world) }));
      if (!JSON.stringify(full).includes("classified")) throw new Error("an operator reads the log as it was");
      await world.must(
        as.secretKey,
        post("/api/permissions", { role: "public", collection: "hidden_pulses", action: "read" }),
      );
      const { next } = await read();
      const [position, ...signature] = next.split("~");
      const start = await begin(world);
      // A bare position of the log, a true signature on an older position, one that reaches further back, and one made up.
      const forged = [
        start,
        [start, ...signature].join("~"),
        `${start}~${start}~${signature[1]}`,
        `${start}~${start}~AAAAAAAAAAAAAAAAAAAAAA`,
      ];
      for (const after of forged) {
        const events = (await read(after)).data.map(({ event }) => event);
        if (events.join() !== "reset") throw new Error(`${after} gave ${events.join()}`);
      }
      await world.must(as.secretKey, patch(item, { text: "still public" }));
      const { data } = await read([position, ...signature].join("~"));
      if (data[0]?.event !== "update") throw new Error(`going on gave ${JSON.stringify(data)}`);
    },
  },
  {
    name: "streams: HEAD returns the type of the answer and opens no stream",
    as: as.anonymous,
    needs: [pulses],
    request: { method: "HEAD", path },
    expect: { status: 200, headers: { "content-type": /^text\/event-stream/ }, excludes: ["first", "classified"] },
  },
];

import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { emailOf } from "../../fixtures/people.ts";
import { batch, created, items, ok, patch, post, type Reply, type Scenario, uuid } from "../../scenario.ts";
import type { Fixture, World } from "../../world.ts";

const TEAMS = 104;
const MEMBERS = 105;
const TASKS = 106;
const RACES = 40;
/** What one writer waits before it sends: who comes first must change from race to race. */
const SPREAD_MS = 4;

const range = (from: number): number[] => Array.from({ length: RACES }, (_, i) => from + i);
const TO_UPDATE = range(1);
const TO_CREATE = range(1 + RACES);

const squads = collection(
  { slug: "squads", fields: [{ name: "n", type: "integer" }] },
  { rows: [...TO_UPDATE, ...TO_CREATE].map((n) => ({ id: uuid(TEAMS, n), n })) },
);
const squadMembers = collection(
  {
    slug: "squad_members",
    fields: [
      { name: "squad", type: "relation", to: "squads" },
      { name: "email", type: "text" },
    ],
  },
  {
    needs: [squads],
    rows: [...TO_UPDATE, ...TO_CREATE].map((n) => ({
      id: uuid(MEMBERS, n),
      squad: uuid(TEAMS, n),
      email: emailOf("alice"),
    })),
  },
);
const members: Fixture = {
  name: "the members of squads",
  needs: [squadMembers],
  async make(world) {
    const fields = [{ name: "members", type: "relation_many", to: "squad_members", via: "squad" }];
    await world.must(as.secretKey, patch("/api/collections/squads", { fields }));
  },
};
const mine = { "squad.members.email": "$user.email" };
const tasks = collection(
  {
    slug: "squad_tasks",
    fields: [
      { name: "squad", type: "relation", to: "squads" },
      { name: "text", type: "text" },
    ],
  },
  {
    needs: [members],
    rules: [
      { role: "authenticated", action: "update", condition: mine },
      { role: "authenticated", action: "create", check: mine },
    ],
    rows: TO_UPDATE.map((n) => ({ id: uuid(TASKS, n), squad: uuid(TEAMS, n), text: "open" })),
  },
);

const alice = as.user("alice");
const dismiss = (n: number) => ({ op: "delete", collection: "squad_members", id: uuid(MEMBERS, n) });

/** Both at nearly the same moment, now the one first and now the other. */
async function race(n: number, first: () => Promise<Reply>, second: () => Promise<Reply>): Promise<[Reply, Reply]> {
  const lead = ((n % RACES) / RACES - 0.5) * 2 * SPREAD_MS;
  const after = async (ms: number, send: () => Promise<Reply>) => {
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
    return send();
  };
  return Promise.all([after(lead, first), after(-lead, second)]);
}

/** Keeps a batch at work for long enough that another writer meets its locks. */
const LENGTHY = range(1 + RACES).map((n) => ({
  op: "update",
  collection: "squads",
  id: uuid(TEAMS, n),
  data: { n: { $inc: 1 } },
}));

const succeeded = ({ status }: Reply): boolean => status < 300;

/** Rules through relations decide by rows that another writer may change at the same moment. */
export const scenarios: Scenario[] = [
  {
    name: "two writers: who is dismissed no longer changes what the dismissal changed",
    as: as.secretKey,
    needs: [tasks],
    request: items("squad_tasks", { limit: "1", sort: "id" }),
    expect: ok({ data: [{ text: "open" }] }),
    async verify(_, world: World) {
      for (const n of TO_UPDATE) {
        const close = { op: "update", collection: "squad_tasks", id: uuid(TASKS, n), data: { text: "closed" } };
        const [dismissal, change] = await race(
          n,
          () => world.send(as.secretKey, batch(close, ...LENGTHY, dismiss(n))),
          () => world.send(alice, patch(`/api/items/squad_tasks/${uuid(TASKS, n)}`, { text: "late" })),
        );
        if (!succeeded(dismissal)) throw new Error(`the dismissal was refused: ${dismissal.text}`);
        if (!succeeded(change) && change.status !== 404) throw new Error(`the change gave ${change.text}`);
      }
      const left = await world.must(
        as.secretKey,
        items("squad_tasks", { filter: { text: { _neq: "closed" } }, limit: "100" }),
      );
      const late = (left as { data: JsonObject[] }).data.length;
      if (late > 0) throw new Error(`${late} of ${RACES} tasks were changed by a member after the dismissal`);
    },
  },
  {
    name: "two writers: nobody joins a squad's tasks while its last member goes because there are none",
    as: as.secretKey,
    needs: [tasks],
    request: post("/api/items/squads", { n: 0 }),
    expect: created({ data: { n: 0 } }),
    async verify(_, world: World) {
      for (const n of TO_CREATE) {
        const noTask = { op: "guard", collection: "squad_tasks", filter: { squad: uuid(TEAMS, n) }, exists: false };
        const [dismissal, creation] = await race(
          n,
          () => world.send(as.secretKey, batch(noTask, dismiss(n))),
          () => world.send(alice, post("/api/items/squad_tasks", { squad: uuid(TEAMS, n), text: "new" })),
        );
        if (succeeded(dismissal) === succeeded(creation))
          throw new Error(`race ${n}: both or none succeeded: ${dismissal.text} ${creation.text}`);
      }
    },
  },
];

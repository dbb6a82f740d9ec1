import type { Json, JsonObject } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { collection, relation } from "../../fixtures/collection.ts";
import { namedRows } from "../../rows.ts";
import { batch, type Call, get, ok, patch, refused, type Scenario } from "../../scenario.ts";
import type { World } from "../../world.ts";

const BOARDS = namedRows(912, { open: 1, closed: 2, later: 3 });
const CARDS = namedRows(913, { first: 1, second: 2, third: 3, closed: 4, later: 5 });

const boards = collection(
  {
    slug: "sync_boards",
    fields: [
      { name: "name", type: "text" },
      { name: "open", type: "boolean" },
    ],
  },
  {
    rules: [{ role: "public", action: "read" }],
    rows: [
      { id: BOARDS.open, name: "open", open: true },
      { id: BOARDS.closed, name: "closed", open: false },
    ],
  },
);
const cards = collection(
  {
    slug: "sync_cards",
    fields: [{ name: "title", type: "text" }, { name: "secret_note", type: "text" }, relation("board", "sync_boards")],
  },
  {
    needs: [boards],
    rules: [{ role: "public", action: "read", condition: { "board.open": true }, fields: ["title", "board"] }],
    rows: (["first", "second", "third", "closed"] as const).map((name) => ({
      id: CARDS[name],
      title: name,
      secret_note: "classified",
      board: name === "closed" ? BOARDS.closed : BOARDS.open,
    })),
  },
);
const unread = collection({ slug: "sync_unread", fields: [{ name: "name", type: "text" }] });

const SHAPES = { boards: { collection: "sync_boards", filter: { open: true } }, cards: { collection: "sync_cards" } };
const sync = (query: JsonObject = {}): Call => get("/api/sync", { shapes: SHAPES, ...query } as Call["query"]);

interface Change {
  readonly shape: string;
  readonly event: string;
  readonly id: string;
  readonly data?: JsonObject;
  readonly cause?: string;
}

interface Answer {
  readonly changes: Change[];
  readonly snapshots?: Record<string, { begin?: string; rows: JsonObject[]; complete: boolean }>;
  readonly errors?: Record<string, { code: string; status: number }>;
  readonly next: string;
  readonly more: boolean;
}

const ask = async (world: World, who: Who, query: JsonObject): Promise<Answer> =>
  (await world.must(who, sync(query))) as unknown as Answer;

const MAX_WAIT_MS = 120_000;

/** Waits for an answer with changes: on some databases they show a moment after their write was answered. */
async function nextChanges(world: World, after: string): Promise<Answer> {
  for (let next = after, end = Date.now() + MAX_WAIT_MS; ; ) {
    const answer = await ask(world, as.anonymous, { after: next, poll: "1" });
    if (answer.changes.length > 0 || Date.now() > end) return answer;
    ({ next } = answer);
  }
}

function mustBe(about: string, actual: unknown, expected: Json): void {
  const [is, right] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== right) throw new Error(`${about}: expected ${right}, got ${is}`);
}

const shown = ({ changes }: Answer): Json[] =>
  changes.map(({ shape, event, id }) => [shape, event, id]).sort() as Json[];

const follows: Scenario = {
  name: "sync: pages of a snapshot, then a batch as a whole, then what a related item hides",
  as: as.anonymous,
  needs: [boards, cards],
  request: sync({ limit: "2" }),
  expect: ok({ changes: [], more: true }),
  async verify(reply, world) {
    const ids: Json[] = [];
    let answer = reply.json as unknown as Answer;
    for (;;) {
      for (const { rows } of Object.values(answer.snapshots ?? {})) ids.push(...rows.map(({ id }) => id!));
      if (!answer.more) break;
      answer = await ask(world, as.anonymous, { after: answer.next, limit: "2" });
    }
    mustBe("the copy", ids, [BOARDS.open, CARDS.first, CARDS.second, CARDS.third]);
    await world.must(
      as.secretKey,
      batch(
        { op: "create", collection: "sync_boards", data: { id: BOARDS.later, name: "later", open: true } },
        {
          op: "create",
          collection: "sync_cards",
          data: { id: CARDS.later, title: "later", secret_note: "classified", board: BOARDS.later },
        },
        { op: "delete", collection: "sync_cards", id: CARDS.first },
      ),
    );
    const written = await nextChanges(world, answer.next);
    const came = [
      ["boards", "enter", BOARDS.later],
      ["cards", "enter", CARDS.later],
      ["cards", "leave", CARDS.first],
    ];
    mustBe("the batch", shown(written), came);
    if (JSON.stringify(written).includes("classified")) throw new Error(`a hidden field: ${JSON.stringify(written)}`);
    const { text } = await world.stream(as.anonymous, sync({ after: answer.next }), CARDS.later);
    if (!/^id: \S+\ndata: {"changes":\[/m.test(text) || text.includes("classified"))
      throw new Error(`the stream: ${text}`);
    await world.must(as.secretKey, patch(`/api/items/sync_boards/${BOARDS.later}`, { open: false }));
    const hidden = await nextChanges(world, written.next);
    mustBe("the closed board", shown(hidden), [
      ["boards", "leave", BOARDS.later],
      ["cards", "leave", CARDS.later],
    ]);
    mustBe("its cause", hidden.changes.find(({ shape }) => shape === "boards")?.cause, "filter");
  },
};

const rights: Scenario = {
  name: "sync: a position is bound to rights, and what may not be read is an error of its shape",
  as: as.anonymous,
  needs: [boards, cards, unread],
  request: sync(),
  expect: ok(),
  async verify(reply, world) {
    const { next } = reply.json as unknown as Answer;
    const shapes = { boards: SHAPES.boards, unread: { collection: "sync_unread" } };
    const answer = await ask(world, as.anonymous, { shapes, after: next });
    mustBe("the refused shape", Object.keys(answer.errors ?? {}), ["unread"]);
    if (answer.snapshots) throw new Error(`a known shape begins again: ${JSON.stringify(answer)}`);
    const asAdmin = await ask(world, as.secretKey, { after: next });
    mustBe(
      "other rights",
      Object.values(asAdmin.snapshots ?? {}).map(({ begin }) => begin),
      ["new", "new"],
    );
  },
};

const refusedShapes = (name: string, query: JsonObject, expect: Scenario["expect"], who = as.anonymous): Scenario => ({
  name: `sync: ${name}`,
  as: who,
  needs: [boards, cards, unread],
  request: sync(query),
  expect,
});

export const scenarios: Scenario[] = [
  follows,
  rights,
  refusedShapes("without a rule, nothing", { shapes: { sync_unread: {} } }, refused(401, "UNAUTHORIZED")),
  refusedShapes(
    "an unknown collection",
    { shapes: { sync_none: {} } },
    refused(404, "COLLECTION_NOT_FOUND"),
    as.secretKey,
  ),
  refusedShapes(
    "a hidden field",
    { shapes: { sync_cards: { fields: ["secret_note"] } } },
    refused(403, "FIELD_FORBIDDEN"),
  ),
  refusedShapes("a position that no answer had", { after: "1.0.5" }, refused(422, "INVALID_CURSOR")),
  refusedShapes(
    "an option that shapes do not have",
    { shapes: { sync_boards: { sort: "name" } } },
    refused(422, "UNKNOWN_FIELD"),
  ),
  refusedShapes("no shapes", { shapes: {} }, refused(422, "VALIDATION")),
];

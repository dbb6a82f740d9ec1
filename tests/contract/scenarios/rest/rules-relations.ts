import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { emailOf } from "../../fixtures/people.ts";
import { absent } from "../../match.ts";
import { type NameOf, namedRows } from "../../rows.ts";
import { created, del, get, items, ok, patch, post, refused, type Scenario, type Step } from "../../scenario.ts";
import { stored } from "../../steps.ts";

const PROJECTS = namedRows(67, { alices: 1, bobs: 2 });
const CARDS = namedRows(68, { alices: 1, bobs: 2, made: 10, inBobs: 11, inNone: 12, good: 13, bad: 14 });
type Card = NameOf<typeof CARDS>;

const projects = collection(
  { slug: "projects", fields: [{ name: "lead", type: "text" }] },
  {
    rows: [
      { id: PROJECTS.alices, lead: emailOf("alice") },
      { id: PROJECTS.bobs, lead: emailOf("bob") },
    ],
  },
);
const lead = { "project.lead": "$user.email" };
const cards = collection(
  {
    slug: "cards",
    fields: [
      { name: "text", type: "text" },
      { name: "project", type: "relation", to: "projects" },
    ],
  },
  {
    needs: [projects],
    rules: ["read", "create", "update", "delete"].map((action) => ({ role: "authenticated", action, condition: lead })),
    rows: [
      { id: CARDS.alices, text: "alice-card", project: PROJECTS.alices },
      { id: CARDS.bobs, text: "bob-card", project: PROJECTS.bobs },
    ],
  },
);
const card = (name: Card): string => `/api/items/cards/${CARDS[name]}`;
const noCard = (name: Card): Step => ({
  as: as.secretKey,
  request: get(card(name)),
  expect: { status: 404, excludes: [] },
});

const alice = as.user("alice");

/** Who leads a project may do anything with its cards: a rule that must look into another collection, also on writes. */
export const scenarios: Scenario[] = [
  {
    name: "relations: a create in one's own project",
    as: alice,
    needs: [cards],
    request: post("/api/items/cards", { id: CARDS.made, text: "new", project: PROJECTS.alices }),
    expect: { ...created({ data: { text: "new", project: PROJECTS.alices } }), excludes: ["bob-card"] },
    then: [{ request: del(card("made")), expect: ok() }, noCard("made")],
  },
  {
    name: "relations: a create in another's",
    as: alice,
    needs: [cards],
    request: post("/api/items/cards", { id: CARDS.inBobs, text: "new", project: PROJECTS.bobs }),
    expect: refused(403, "FORBIDDEN"),
    then: [noCard("inBobs")],
  },
  {
    name: "relations: a create in none",
    as: alice,
    needs: [cards],
    request: post("/api/items/cards", { id: CARDS.inNone, text: "new" }),
    expect: refused(403, "FORBIDDEN"),
    then: [noCard("inNone")],
  },
  {
    name: "relations: one bad card among good ones, and none is made",
    as: alice,
    needs: [cards],
    request: post("/api/items/cards", [
      { id: CARDS.good, project: PROJECTS.alices },
      { id: CARDS.bad, project: PROJECTS.bobs },
    ]),
    expect: refused(403, "FORBIDDEN"),
    then: [noCard("good"), noCard("bad")],
  },
  {
    name: "relations: a change that moves the row out of reach",
    as: alice,
    needs: [cards],
    request: patch(card("alices"), { project: PROJECTS.bobs }),
    expect: refused(403, "FORBIDDEN"),
    then: [stored(card("alices"), { project: PROJECTS.alices })],
  },
  {
    name: "relations: a change of another's row",
    as: alice,
    needs: [cards],
    request: patch(card("bobs"), { project: PROJECTS.alices }),
    expect: { ...refused(404, "ITEM_NOT_FOUND"), excludes: ["bob-card"] },
    then: [
      stored(card("bobs"), { project: PROJECTS.bobs }),
      { request: del(card("bobs")), expect: { status: 404, code: "ITEM_NOT_FOUND" } },
      stored(card("bobs"), { project: PROJECTS.bobs }),
    ],
  },
  {
    name: "relations: a change within one's own",
    as: as.user("bob"),
    needs: [cards],
    request: patch(card("bobs"), { text: "bob-card again" }),
    expect: {
      ...ok({ data: { text: "bob-card again", project: PROJECTS.bobs, error: absent } }),
      excludes: ["alice-card"],
    },
    then: [{ request: items("cards"), expect: { ...ok({ data: [{ id: CARDS.bobs }] }), excludes: ["alice-card"] } }],
  },
];

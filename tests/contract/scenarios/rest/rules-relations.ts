import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { emailOf } from "../../fixtures/people.ts";
import { absent } from "../../match.ts";
import { created, del, get, items, ok, patch, post, refused, type Scenario, type Step, uuid } from "../../scenario.ts";

const PROJECTS = 67;
const CARDS = 68;

const projects = collection(
  { slug: "projects", fields: [{ name: "lead", type: "text" }] },
  {
    rows: [
      { id: uuid(PROJECTS, 1), lead: emailOf("alice") },
      { id: uuid(PROJECTS, 2), lead: emailOf("bob") },
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
      { id: uuid(CARDS, 1), text: "alice-card", project: uuid(PROJECTS, 1) },
      { id: uuid(CARDS, 2), text: "bob-card", project: uuid(PROJECTS, 2) },
    ],
  },
);
const card = (n: number): string => `/api/items/cards/${uuid(CARDS, n)}`;
const cardIs = (n: number, project: number): Step => ({
  as: as.secretKey,
  request: get(card(n)),
  expect: { status: 200, body: { data: { project: uuid(PROJECTS, project) } }, excludes: [] },
});
const noCard = (n: number): Step => ({
  as: as.secretKey,
  request: get(card(n)),
  expect: { status: 404, excludes: [] },
});

const alice = as.user("alice");

/** Who leads a project may do anything with its cards: a rule that must look into another collection, also on writes. */
export const scenarios: Scenario[] = [
  {
    name: "relations: a create in one's own project",
    as: alice,
    needs: [cards],
    request: post("/api/items/cards", { id: uuid(CARDS, 10), text: "new", project: uuid(PROJECTS, 1) }),
    expect: { ...created({ data: { text: "new", project: uuid(PROJECTS, 1) } }), excludes: ["bob-card"] },
    then: [{ request: del(card(10)), expect: ok() }, noCard(10)],
  },
  {
    name: "relations: a create in another's",
    as: alice,
    needs: [cards],
    request: post("/api/items/cards", { id: uuid(CARDS, 11), text: "new", project: uuid(PROJECTS, 2) }),
    expect: refused(403, "FORBIDDEN"),
    then: [noCard(11)],
  },
  {
    name: "relations: a create in none",
    as: alice,
    needs: [cards],
    request: post("/api/items/cards", { id: uuid(CARDS, 12), text: "new" }),
    expect: refused(403, "FORBIDDEN"),
    then: [noCard(12)],
  },
  {
    name: "relations: one bad card among good ones, and none is made",
    as: alice,
    needs: [cards],
    request: post("/api/items/cards", [
      { id: uuid(CARDS, 13), project: uuid(PROJECTS, 1) },
      { id: uuid(CARDS, 14), project: uuid(PROJECTS, 2) },
    ]),
    expect: refused(403, "FORBIDDEN"),
    then: [noCard(13), noCard(14)],
  },
  {
    name: "relations: a change that moves the row out of reach",
    as: alice,
    needs: [cards],
    request: patch(card(1), { project: uuid(PROJECTS, 2) }),
    expect: refused(403, "FORBIDDEN"),
    then: [cardIs(1, 1)],
  },
  {
    name: "relations: a change of another's row",
    as: alice,
    needs: [cards],
    request: patch(card(2), { project: uuid(PROJECTS, 1) }),
    expect: { ...refused(404, "ITEM_NOT_FOUND"), excludes: ["bob-card"] },
    then: [cardIs(2, 2), { request: del(card(2)), expect: { status: 404, code: "ITEM_NOT_FOUND" } }, cardIs(2, 2)],
  },
  {
    name: "relations: a change within one's own",
    as: as.user("bob"),
    needs: [cards],
    request: patch(card(2), { text: "bob-card again" }),
    expect: {
      ...ok({ data: { text: "bob-card again", project: uuid(PROJECTS, 2), error: absent } }),
      excludes: ["alice-card"],
    },
    then: [
      { request: items("cards"), expect: { ...ok({ data: [{ id: uuid(CARDS, 2) }] }), excludes: ["alice-card"] } },
    ],
  },
];

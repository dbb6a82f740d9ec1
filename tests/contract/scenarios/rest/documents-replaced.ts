import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { absent } from "../../match.ts";
import { get, INTERNALS, ok, patch, post, put, refused, type Scenario, type Step, uuid } from "../../scenario.ts";

const PROFILES = 730;
const BADGES = 731;
const SHEETS = 732;

const stored = { title: "ann", credits: 7, banned: true };

/** Callers may change some of the keys; the others are an admin's. */
const profiles = collection(
  { slug: "profiles", kind: "document" },
  {
    rules: [
      { role: "authenticated", action: "read" },
      { role: "authenticated", action: "update", fields: ["title"] },
    ],
    rows: [{ id: uuid(PROFILES, 1), ...stored }],
  },
);
const badges = collection(
  { slug: "badges", kind: "document" },
  {
    rules: [
      { role: "authenticated", action: "read" },
      { role: "authenticated", action: "update" },
      { role: "authenticated", action: "update", effect: "deny", fields: ["banned"], condition: { credits: 7 } },
    ],
    rows: [
      { id: uuid(BADGES, 1), ...stored },
      { id: uuid(BADGES, 2), ...stored, credits: 1 },
    ],
  },
);
/** Editors may change everything of what they own, everyone the title. */
const sheets = collection(
  { slug: "sheets", kind: "document" },
  {
    rules: [
      { role: "authenticated", action: "read" },
      { role: "authenticated", action: "update", fields: ["title"] },
      { role: "authenticated", action: "update", condition: { owner_id: "$user.id" } },
    ],
    rows: (world) => [
      { id: uuid(SHEETS, 1), ...stored, owner_id: world.userId("alice") },
      { id: uuid(SHEETS, 2), ...stored, owner_id: world.userId("bob") },
    ],
  },
);

const alice = as.user("alice");
const at = (slug: string, space: number, n = 1): string => `/api/items/${slug}/${uuid(space, n)}`;
const is = (path: string, data: JsonObject): Step => ({
  as: as.secretKey,
  request: get(path),
  expect: { status: 200, body: { data } as never, excludes: [] },
});
const mayNot = (field: string) => ({ ...refused(403, "FIELD_FORBIDDEN", field), contains: ["PATCH"] });

/** A replacement takes away the keys that it does not name, so it takes the right to change them all. */
export const scenarios: Scenario[] = [
  {
    name: "replaced documents: keys that the caller may not update stay",
    as: alice,
    needs: [profiles],
    request: put(at("profiles", PROFILES), { title: "x" }),
    expect: mayNot("*"),
    then: [
      is(at("profiles", PROFILES), { ...stored, version: 1 }),
      { request: put(at("profiles", PROFILES), { title: "x", credits: 9 }), expect: refused(403, "FIELD_FORBIDDEN") },
      { request: patch(at("profiles", PROFILES), { title: "x" }), expect: ok({ data: { ...stored, title: "x" } }) },
      { request: patch(at("profiles", PROFILES), { title: "ann" }), expect: ok() },
    ],
  },
  {
    name: "replaced documents: so they do in a batch",
    as: alice,
    needs: [profiles],
    request: post("/api/batch", {
      operations: [{ op: "replace", collection: "profiles", id: uuid(PROFILES, 1), data: { title: "y" } }],
    }),
    expect: { ...refused(403, "FIELD_FORBIDDEN", "operations.0.data.*"), excludes: ['"credits"', ...INTERNALS] },
    then: [is(at("profiles", PROFILES), stored)],
  },
  {
    name: "replaced documents: a denied key stays, where the denial holds",
    as: alice,
    needs: [badges],
    request: put(at("badges", BADGES), { title: "x" }),
    expect: refused(404, "ITEM_NOT_FOUND"),
    then: [
      is(at("badges", BADGES), { ...stored, version: 1 }),
      {
        request: put(at("badges", BADGES, 2), { title: "x" }),
        expect: ok({ data: { title: "x", banned: absent, credits: absent } }),
      },
    ],
  },
  {
    name: "replaced documents: by the rule that gives all keys, of the rows that it gives",
    as: alice,
    needs: [sheets],
    request: put(at("sheets", SHEETS, 2), { title: "x" }),
    expect: refused(404, "ITEM_NOT_FOUND"),
    then: [
      is(at("sheets", SHEETS, 2), { ...stored, version: 1 }),
      { request: put(at("sheets", SHEETS), { title: "x" }), expect: ok({ data: { title: "x", credits: absent } }) },
    ],
  },
];

import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { absent } from "../../match.ts";
import { namedRows } from "../../rows.ts";
import { INTERNALS, ok, patch, post, put, refused, type Scenario } from "../../scenario.ts";
import { stored } from "../../steps.ts";

const PROFILES = namedRows(730, { only: 1 });
const BADGES = namedRows(731, { denied: 1, free: 2 });
const SHEETS = namedRows(732, { alices: 1, bobs: 2 });

const document = { title: "ann", credits: 7, banned: true };

/** Callers may change some of the keys; the others are an admin's. */
const profiles = collection(
  { slug: "profiles", kind: "document" },
  {
    rules: [
      { role: "authenticated", action: "read" },
      { role: "authenticated", action: "update", fields: ["title"] },
    ],
    rows: [{ id: PROFILES.only, ...document }],
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
      { id: BADGES.denied, ...document },
      { id: BADGES.free, ...document, credits: 1 },
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
      { id: SHEETS.alices, ...document, owner_id: world.userId("alice") },
      { id: SHEETS.bobs, ...document, owner_id: world.userId("bob") },
    ],
  },
);

const alice = as.user("alice");
const at = (slug: string, id: string): string => `/api/items/${slug}/${id}`;
const mayNot = (field: string) => ({ ...refused(403, "FIELD_FORBIDDEN", field), contains: ["PATCH"] });

/** A replacement takes away the keys that it does not name, so it takes the right to change them all. */
export const scenarios: Scenario[] = [
  {
    name: "replaced documents: keys that the caller may not update stay",
    as: alice,
    needs: [profiles],
    request: put(at("profiles", PROFILES.only), { title: "x" }),
    expect: mayNot("*"),
    then: [
      stored(at("profiles", PROFILES.only), { ...document, version: 1 }),
      {
        request: put(at("profiles", PROFILES.only), { title: "x", credits: 9 }),
        expect: refused(403, "FIELD_FORBIDDEN"),
      },
      {
        request: patch(at("profiles", PROFILES.only), { title: "x" }),
        expect: ok({ data: { ...document, title: "x" } }),
      },
      { request: patch(at("profiles", PROFILES.only), { title: "ann" }), expect: ok() },
    ],
  },
  {
    name: "replaced documents: so they do in a batch",
    as: alice,
    needs: [profiles],
    request: post("/api/batch", {
      operations: [{ op: "replace", collection: "profiles", id: PROFILES.only, data: { title: "y" } }],
    }),
    expect: { ...refused(403, "FIELD_FORBIDDEN", "operations.0.data.*"), excludes: ['"credits"', ...INTERNALS] },
    then: [stored(at("profiles", PROFILES.only), document)],
  },
  {
    name: "replaced documents: a denied key stays, where the denial holds",
    as: alice,
    needs: [badges],
    request: put(at("badges", BADGES.denied), { title: "x" }),
    expect: refused(404, "ITEM_NOT_FOUND"),
    then: [
      stored(at("badges", BADGES.denied), { ...document, version: 1 }),
      {
        request: put(at("badges", BADGES.free), { title: "x" }),
        expect: ok({ data: { title: "x", banned: absent, credits: absent } }),
      },
    ],
  },
  {
    name: "replaced documents: by the rule that gives all keys, of the rows that it gives",
    as: alice,
    needs: [sheets],
    request: put(at("sheets", SHEETS.bobs), { title: "x" }),
    expect: refused(404, "ITEM_NOT_FOUND"),
    then: [
      stored(at("sheets", SHEETS.bobs), { ...document, version: 1 }),
      {
        request: put(at("sheets", SHEETS.alices), { title: "x" }),
        expect: ok({ data: { title: "x", credits: absent } }),
      },
    ],
  },
];

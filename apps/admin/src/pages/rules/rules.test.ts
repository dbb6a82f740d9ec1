import { expect, test } from "bun:test";
import type { Rule } from "@plinth/core";
import { conditionWords, countingParts } from "../../data/rule-condition.ts";
import { cellFor, cellOf, onlyCounting, presetOf, type RuleDraft, rulesFor } from "./rules.ts";

const rule = (parts: Partial<Rule>): Rule => ({
  id: "1",
  role: "public",
  collection: "posts",
  action: "read",
  effect: "allow",
  condition: null,
  fields: null,
  presets: null,
  check: null,
  ...parts,
});

test("without a rule a cell is closed; a condition opens some, and a rule without one all", () => {
  expect(cellOf([]).state).toBe("closed");
  expect(cellOf([rule({ condition: { state: "public" } })]).state).toBe("some");
  expect(cellOf([rule({ condition: { state: "public" } }), rule({})]).state).toBe("open");
  expect(cellOf([rule({}), rule({ effect: "deny" })]).state).toBe("closed");
  expect(cellOf([rule({}), rule({ effect: "deny", fields: ["remarks"] })])).toMatchObject({
    state: "open",
    denies: true,
  });
  expect(cellOf([rule({ condition: {} })]).state).toBe("open");
  expect(cellOf([rule({ action: "create", check: { owner_id: { _eq: "$user.id" } } })]).state).toBe("some");
  expect(cellOf([rule({ fields: ["title"] })])).toMatchObject({ state: "open", isPartial: true });
});

test("a rule for all collections counts, but does not open the users", () => {
  const all = [rule({ collection: "*" }), rule({ id: "2", collection: "*", effect: "deny" })];
  expect(rulesFor(all, "public", "posts", "read")).toHaveLength(2);
  expect(rulesFor(all, "public", "users", "read").map(({ effect }) => effect)).toEqual(["deny"]);
  expect(rulesFor(all, "editor", "posts", "read")).toEqual([]);
  expect(rulesFor(all, "public", "posts", "update")).toEqual([]);
});

test("a condition in a few words", () => {
  expect(conditionWords({ owner_id: { _eq: "$user.id" } })).toBe("owner_id = $user.id");
  expect(conditionWords({ state: "public", year: { _gte: 2020 } })).toBe("state = public, year ≥ 2020");
  expect(conditionWords({ team: { members: { person: "$user.email" } } })).toBe("team.members.person = $user.email");
  expect(conditionWords({ _or: [{ a: 1 }, { b: { _in: [1, 2] } }] })).toBe("a = 1 | b in [1,2]");
  expect(conditionWords({ $or: [{ a: 1 }, { $not: { b: 2 } }] })).toBe("a = 1 | not (b = 2)");
  expect(conditionWords(null)).toBe("");
});

test("a preset is stored as it was typed", () => {
  expect(["12", "1.5", "true", "null"].map((text) => presetOf(text, false))).toEqual([12, 1.5, true, null]);
  const texts = ["007", "1.50", "12345678901234567890", "$user.id", "", "1e400"];
  expect(texts.map((text) => presetOf(text, false))).toEqual(texts);
  expect(presetOf("42", true)).toBe("42");
});

const OWN = { owner_id: { _eq: "$user.id" } };
const BY = { author: { _eq: "$user.id" } };

test("of a new item counts the check, or the condition without one, and the other is named as unused", () => {
  expect(countingParts(rule({ action: "create", condition: OWN }))).toEqual({ items: OWN, after: null, unused: null });
  expect(countingParts(rule({ action: "create", check: BY }))).toEqual({ items: BY, after: null, unused: null });
  const both = rule({ action: "create", condition: OWN, check: BY });
  expect(countingParts(both)).toEqual({ items: BY, after: null, unused: OWN });
  // A deny rule looks at its condition alone.
  expect(countingParts({ ...both, effect: "deny" })).toEqual({ items: OWN, after: null, unused: BY });
  expect(countingParts({ ...both, action: "update" })).toEqual({ items: OWN, after: BY, unused: null });
  expect(onlyCounting(both as RuleDraft)).toMatchObject({ condition: BY, check: null });
});

test("a role may do what wider roles may, unless a rule of its own denies it", () => {
  const open = [rule({}), rule({ role: "authenticated", condition: OWN })];
  expect(cellFor(open, "public", "posts", "read").wider).toBeUndefined();
  expect(cellFor(open, "authenticated", "posts", "read")).toMatchObject({
    state: "some",
    wider: { role: "public", state: "open" },
  });
  expect(cellFor(open, "editor", "posts", "read")).toMatchObject({
    state: "closed",
    wider: { role: "public", state: "open" },
  });
  expect(cellFor(open, "admin", "posts", "read").wider).toBeUndefined();
  expect(cellFor([...open, rule({ role: "editor", effect: "deny" })], "editor", "posts", "read").wider).toBeUndefined();
  expect(cellFor([open[1]!], "editor", "posts", "read").wider).toEqual({ role: "authenticated", state: "some" });
});

import { expect, test } from "bun:test";
import type { Rule } from "@plinth/core";
import { cellOf, conditionWords, presetOf, rulesFor } from "./rules.ts";

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

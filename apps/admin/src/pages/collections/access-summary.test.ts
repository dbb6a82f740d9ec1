import { expect, test } from "bun:test";
import { opennessOf } from "./access-summary.ts";

const RULE = {
  role: "public",
  collection: "posts",
  action: "read",
  effect: "allow",
  condition: null,
  check: null,
  fields: null,
} as const;

test.each([
  ["no rule", [], "closed"],
  ["a rule of another collection", [{ ...RULE, collection: "tags" }], "closed"],
  ["a rule that denies", [{ ...RULE, effect: "deny" }], "closed"],
  ["everybody at everything", [RULE], "open"],
  ["every account at everything", [{ ...RULE, role: "authenticated" }], "open"],
  ["a condition", [{ ...RULE, condition: { state: "public" } }], "conditional"],
  ["an empty condition", [{ ...RULE, condition: {} }], "open"],
  ["a condition of new items", [{ ...RULE, action: "create", check: { owner_id: "$user.id" } }], "conditional"],
  ["some fields", [{ ...RULE, fields: ["title"] }], "conditional"],
  ["a role of their own", [{ ...RULE, role: "editor" }], "conditional"],
  ["a rule for all collections", [{ ...RULE, collection: "*" }], "open"],
] as const)("%s", (_, rules, openness) => {
  expect(opennessOf(rules as unknown as Parameters<typeof opennessOf>[0], "posts")).toBe(openness);
});

test("a rule for all collections does not cover users", () => {
  expect(opennessOf([{ ...RULE, collection: "*" }], "users")).toBe("closed");
});

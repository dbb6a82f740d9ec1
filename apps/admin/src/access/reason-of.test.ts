import { expect, test } from "bun:test";
import { reasonKind } from "./reason-of.ts";

const allow = { effect: "allow" } as const;

test("what is allowed is so by a rule, for some items, or because no rule binds the caller", () => {
  expect(reasonKind({ decision: "allow", bypass: true, matched_rules: [] })).toBe("administers");
  expect(reasonKind({ decision: "allow", matched_rules: [{ ...allow, matches: true }] })).toBe("holds");
  expect(reasonKind({ decision: "allow", deciding_rule: { effect: "allow" }, matched_rules: [allow] })).toBe(
    "every item",
  );
  expect(reasonKind({ decision: "allow", deciding_rule: null, matched_rules: [allow] })).toBe("some items");
});

test("what is refused is so without a rule, by a condition, or by a rule that denies", () => {
  const failing = { ...allow, matches: false, failed: [{ condition: { state: "draft" } }] };
  expect(reasonKind({ decision: "deny", matched_rules: [] })).toBe("no rule");
  expect(reasonKind({ decision: "deny", deciding_rule: null, matched_rules: [failing] })).toBe("fails");
  expect(
    reasonKind({ decision: "deny", deciding_rule: { effect: "deny" }, matched_rules: [{ ...allow, matches: true }] }),
  ).toBe("denied");
});

test("of a field, and of what is undecided, the server says why", () => {
  const withoutField = { ...allow, matches: false, failed: [{ condition: null }] };
  expect(reasonKind({ decision: "deny", matched_rules: [withoutField] })).toBeUndefined();
  expect(reasonKind({ decision: "undecided", matched_rules: [allow] })).toBeUndefined();
  expect(reasonKind({})).toBeUndefined();
});

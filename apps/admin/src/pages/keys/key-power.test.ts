import { expect, test } from "bun:test";
import { powerOf } from "./key-power.ts";

const rule = { role: "public", collection: "posts", action: "read", effect: "allow", condition: null } as const;
const limits = { roles: [], actions: ["read", "create"], collections: ["posts", "orders"] };

test("a key may do what a rule of its roles or of everybody allows", () => {
  expect(powerOf(limits, [rule, { ...rule, role: "baker", collection: "*" }], [])).toEqual([
    { collection: "posts", allowed: ["read"], refused: ["create"] },
    { collection: "orders", allowed: [], refused: ["read", "create"] },
  ]);
  const baker = { ...limits, roles: ["baker"], collections: null };
  expect(powerOf(baker, [{ ...rule, role: "baker", collection: "*" }], ["orders"])).toEqual([
    { collection: "orders", allowed: ["read"], refused: ["create"] },
  ]);
});

test("a rule that denies always takes away what others allow, one with a condition does not", () => {
  const deny = { ...rule, effect: "deny" } as const;
  const one = { ...limits, actions: ["read"], collections: ["posts"] };
  expect(powerOf(one, [rule, deny], [])).toEqual([{ collection: "posts", allowed: [], refused: ["read"] }]);
  expect(powerOf(one, [rule, { ...deny, condition: { a: 1 } }], [])[0]?.allowed).toEqual(["read"]);
});

import { expect, test } from "bun:test";
import { grantFor, isAboutRights } from "./grant.ts";

test("the right that a refusal names is granted beside the others", () => {
  const rights = { as: "system", collections: ["posts"], mail: false };
  const at = 'nodes.0.collection: node "store": permissions.collections has no orders';
  expect(grantFor(at, rights)).toEqual({
    right: "collections: orders",
    rights: { as: "system", collections: ["posts", "orders"], mail: false },
  });
  expect(grantFor("nodes.0.type: permissions.mail is not true", rights)?.rights.mail).toBe(true);
  expect(grantFor("nodes.0.url: permissions.fetch has no api.example.com", {})?.rights).toEqual({
    fetch: ["api.example.com"],
  });
});

test("as whom a flow acts is for people to choose", () => {
  const message = "nodes.0.action: needs permissions.as: system or role:NAME";
  expect(grantFor(message, {})).toBeUndefined();
  expect(isAboutRights(message)).toBe(true);
});

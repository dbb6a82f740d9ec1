import { expect, test } from "bun:test";
import type { Rule } from "@plinth/core";
import type { CollectionInfo } from "../../data/collections.ts";
import { firstReadable } from "./first-readable.ts";

const COLLECTIONS = [
  { slug: "users", system: "users" },
  { slug: "posts" },
  { slug: "tags" },
] as unknown as readonly CollectionInfo[];
const reads = (role: string, collection: string) =>
  ({ role, collection, action: "read", effect: "allow", condition: null, check: null, fields: null }) as Rule;

const slugFor = (key: object, rules: readonly Rule[]) =>
  firstReadable({ kind: "publishable", roles: null, actions: null, collections: null, ...key }, COLLECTIONS, rules)
    ?.slug;

test("a publishable key lists what the public may read", () => {
  expect(slugFor({}, [])).toBeUndefined();
  expect(slugFor({}, [reads("public", "tags")])).toBe("tags");
  expect(slugFor({}, [reads("editor", "posts")])).toBeUndefined();
});

test("a secret key lists the first collection, made by people", () => {
  expect(slugFor({ kind: "secret" }, [])).toBe("posts");
});

test("a scoped key lists what its roles may read, within its scope", () => {
  const scoped = { kind: "scoped", roles: ["editor"], actions: ["read"], collections: ["tags"] };
  expect(slugFor(scoped, [reads("editor", "posts")])).toBeUndefined();
  expect(slugFor(scoped, [reads("editor", "*")])).toBe("tags");
  expect(slugFor({ ...scoped, actions: ["create"] }, [reads("editor", "*")])).toBeUndefined();
  expect(slugFor({ ...scoped, roles: ["admin"] }, [])).toBe("tags");
});

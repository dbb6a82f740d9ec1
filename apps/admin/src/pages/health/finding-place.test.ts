import { expect, test } from "bun:test";
import { placeOf } from "./finding-place.ts";

test("a finding leads to the page where it is mended", () => {
  const rule = { id: "1", role: "public", collection: "posts", action: "delete" } as never;
  expect(placeOf("public-writes", "rule:1", rule)).toEqual({
    path: "rules",
    search: { role: "public", collection: "posts", action: "delete" },
  });
  expect(placeOf("unused-keys", "key:7", undefined)).toEqual({ path: "keys/7" });
  expect(placeOf("missing-indexes", "collection:posts", undefined)?.search).toEqual({ tab: "indexes" });
  expect(placeOf("failing-runs", "function:a:b", undefined)).toEqual({
    path: "runs",
    search: { kind: "function", name: "a:b", status: "failed" },
  });
  expect(placeOf("broken-triggers", "flow:ship", undefined)?.path).toBe("flows/ship");
});

test("what is set outside of the admin, and a rule that is gone, leads nowhere", () => {
  expect(placeOf("plain-http", "APP_URL", undefined)).toBeUndefined();
  expect(placeOf("public-writes", "rule:1", undefined)).toBeUndefined();
});

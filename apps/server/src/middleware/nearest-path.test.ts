import { expect, test } from "bun:test";
import { nearestPath, sameRoute } from "./nearest-path.ts";

const PATHS = [
  "/api/items/:collection",
  "/api/permissions",
  "/api/roles",
  "/api/auth/*",
  "/api/me",
  "/api/collections",
];

test.each([
  ["/api/rules", "/api/permissions"],
  ["/api/rule", "/api/permissions"],
  ["/api/policies", "/api/permissions"],
  ["/permissions", "/api/permissions"],
  ["/graphql", "/api/graphql"],
  ["/graphql/v1", "/api/graphql"],
  ["/v1/graphql", "/api/graphql"],
  ["/api/v1/graphql", "/api/graphql"],
  ["/api/things", "/api/items/things"],
  ["/api/things/5", "/api/items/things/5"],
  ["/api/role", "/api/roles"],
  ["/api/auth/nothing", undefined],
  ["/api/me/nothing", undefined],
  ["/api/a/b/c", undefined],
  ["/nothing", undefined],
])("%s is probably %s", (path, near) => expect(nearestPath(path, PATHS)).toBe(near));

test("the route itself is not suggested", () => expect(sameRoute("/api/permissions")).toBeUndefined());

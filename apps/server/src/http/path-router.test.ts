import { expect, test } from "bun:test";
import { PathRouter } from "./path-router.ts";

const ROUTES = [
  "GET /",
  "GET /api/items/:slug",
  "POST /api/items/:slug",
  "GET /api/items/:collection/export",
  "GET /api/items/:slug/:id",
  "GET /api/items/all/parts",
  "GET /api/files/:bucket/:path+",
  "GET /s3",
  "GET /s3/",
  "GET /admin",
  "GET /admin/*",
];

function routerOf(...routes: string[]): PathRouter<string> {
  const router = new PathRouter<string>();
  for (const route of routes) router.add(...(route.split(" ") as [string, string]), route);
  return router;
}

/** The handlers with their parameters, as Hono reads them. */
function found(router: PathRouter<string>, request: string): string[] {
  const [handlers, values] = router.match(...(request.split(" ") as [string, string]));
  return handlers.map(([handler, positions]) => {
    const params = Object.entries(positions).map(([name, i]) => `${name}=${values[i]}`);
    return [handler, ...params].join(" ");
  });
}

test.each([
  ["GET /", "GET /"],
  ["GET /api/items/posts", "GET /api/items/:slug slug=posts"],
  ["POST /api/items/posts", "POST /api/items/:slug slug=posts"],
  ["GET /api/items/posts/1", "GET /api/items/:slug/:id slug=posts id=1"],
  // A fixed segment wins, and where nothing follows it, the parameter has the path.
  ["GET /api/items/posts/export", "GET /api/items/:collection/export collection=posts"],
  ["GET /api/items/all/parts", "GET /api/items/all/parts"],
  ["GET /api/items/all/export", "GET /api/items/:collection/export collection=all"],
  ["GET /api/items/all/1", "GET /api/items/:slug/:id slug=all id=1"],
  ["GET /api/items/all", "GET /api/items/:slug slug=all"],
  ["GET /api/files/b/a/b/c.txt", "GET /api/files/:bucket/:path+ bucket=b path=a/b/c.txt"],
  ["GET /api/files/b//", "GET /api/files/:bucket/:path+ bucket=b path=/"],
  ["GET /api/files/b/a\nb", "GET /api/files/:bucket/:path+ bucket=b path=a\nb"],
  ["GET /s3", "GET /s3"],
  ["GET /s3/", "GET /s3/"],
  ["GET /admin", "GET /admin"],
  ["GET /admin/", "GET /admin/*"],
  ["GET /admin/a/b.js", "GET /admin/*"],
])("%j is answered by %s", (request, route) => expect(found(routerOf(...ROUTES), request)).toEqual([route]));

test.each([
  "GET /api",
  "GET /api/items",
  "GET /api/items/",
  "GET /api/items//1",
  "GET /api/items/posts/",
  "GET /api/items/posts/1/2",
  "POST /api/items/posts/1",
  "GET /api/files/b",
  "GET /api/files/b/",
  "GET /administration",
  "PUT /",
])("%j has no route", (request) => expect(found(routerOf(...ROUTES), request)).toEqual([]));

test("a middleware comes before every route, and alone where there is none", () => {
  const router = routerOf("ALL /*", "GET /toy/:name");
  expect(found(router, "GET /toy/a")).toEqual(["ALL /*", "GET /toy/:name name=a"]);
  expect(found(router, "GET /other")).toEqual(["ALL /*"]);
  expect(found(router, "PUT /toy/a")).toEqual(["ALL /*"]);
});

test("the methods of a path", () => {
  const router = routerOf(...ROUTES);
  expect(router.methodsOf("/api/items/posts")).toEqual(["GET", "POST"]);
  expect(router.methodsOf("/api/items/posts/1")).toEqual(["GET"]);
  expect(router.methodsOf("/api/nothing")).toEqual([]);
});

test("two routes for the same paths are refused, whatever their parameters are called", () => {
  expect(() => routerOf("GET /toy/:name", "GET /toy/:id")).toThrow("GET /toy/:id is there twice.");
});

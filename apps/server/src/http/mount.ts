import type { Hono } from "hono";
import type { AppEnv } from "../context.ts";
import type { Database } from "../database.ts";
import type { Protocol } from "./protocol.ts";
import type { Handler, Needs, Route } from "./route.ts";
import { withContext, withDatabase, withPrincipal } from "./stages.ts";

export function mount(app: Hono<AppEnv>, protocols: readonly Protocol[], database: Database): void {
  for (const protocol of protocols) {
    for (const route of protocol.routes) {
      if (protocol.routes.some((other) => isWordOf(route, other))) continue;
      const handler = after(route.needs, database, handlerOf(route, protocol.routes));
      app.on(route.method.toUpperCase(), [route.path], (c) => {
        c.env.protocol = protocol;
        return handler(c);
      });
    }
  }
}

/** The handler, after what it needs. */
export function after(needs: Needs, database: Database, handler: Handler): Handler {
  if (needs === "nothing") return handler;
  return withDatabase(database, needs === "database" ? handler : withPrincipal(withContext(handler)));
}

/**
 * The route's own handler, or the handler of a literal segment in place of its parameter, as `/items/:slug/export` has
 * beside `/items/:slug/:id`. As separate routes they would overlap. Then the router compares pattern after pattern for
 * every request, where it otherwise matches all with one expression.
 */
function handlerOf(route: Route, routes: readonly Route[]): Handler {
  const words = new Map(
    routes.filter((other) => isWordOf(other, route)).map((one) => [lastPart(one.path), one.handler]),
  );
  if (words.size === 0) return route.handler;
  return (c) => (words.get(lastPart(c.req.path)) ?? route.handler)(c);
}

function isWordOf(word: Route, { method, path, needs }: Route): boolean {
  const end = /\/:\w+$/.exec(path)?.index;
  if (end === undefined || word.method !== method || word.needs !== needs) return false;
  return word.path.slice(0, end + 1) === path.slice(0, end + 1) && /^[^/:]+$/.test(word.path.slice(end + 1));
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

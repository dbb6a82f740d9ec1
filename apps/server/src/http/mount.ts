import type { Engine } from "@plinth/engine";
import type { Hono } from "hono";
import type { AppEnv } from "../context.ts";
import type { Database } from "../database.ts";
import type { Admission } from "./admission.ts";
import type { Protocol } from "./protocol.ts";
import type { Handler, Needs, Route } from "./route.ts";
import { withContext, withDatabase, withoutViewer, withPrincipal, withViewer } from "./stages.ts";
import { trafficOf } from "./traffic/traffic.ts";

export function mount(
  app: Hono<AppEnv>,
  protocols: readonly Protocol[],
  parts: { readonly database: Database; readonly admission: Admission; readonly engine: Engine },
): void {
  const { database, admission, engine } = parts;
  const traffic = trafficOf(engine);
  const stage = (route: Route): Handler => {
    const own = route.viewAs ? withViewer(route.handler) : withoutViewer(route.handler);
    if (route.needs !== "caller") return own;
    const handler = withContext(own);
    const { load, waits } = route;
    if (!load) return handler;
    const admitted = admission.admitted(load, handler);
    return waits ? (c) => (waits(c.req.raw) ? handler(c) : admitted(c)) : admitted;
  };
  for (const protocol of protocols) {
    for (const route of protocol.routes) {
      requireMountable(route);
      const known = before(route.needs, database, stage(route));
      const handler = route.load ? admission.inTurn(route.load, known) : known;
      const tracked = traffic.tracked(route);
      app.on(route.method.toUpperCase(), [route.path], (c) => {
        c.env.protocol = protocol;
        c.env.route = tracked;
        return handler(c);
      });
    }
  }
}

/** Throws for a definition that would be ignored in part. */
function requireMountable({ method, path, load, needs }: Route): void {
  if (!load || needs === "caller") return;
  throw new Error(
    `${method.toUpperCase()} ${path}: \`load: "${load}"\` needs a known caller, because slots are shared out by caller, but \`needs\` is "${needs}".`,
  );
}

/** What comes before a route: its connection, and its caller. */
function before(needs: Needs, database: Database, handler: Handler): Handler {
  if (needs === "nothing") return handler;
  return withDatabase(database, needs === "database" ? handler : withPrincipal(handler));
}

/** A handler outside the protocols that needs the caller. */
export function forCaller(database: Database, handler: Handler): Handler {
  return before("caller", database, withContext(handler));
}

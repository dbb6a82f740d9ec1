import type { Engine } from "@plinth/engine";
import type { Hono } from "hono";
import { UnsupportedPathError } from "hono/router";
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
    const { wordsOf, isWord } = wordsAmong(protocol.routes);
    for (const route of protocol.routes) {
      const words = wordsOf(route);
      requireMountable(route, words);
      if (isWord(route)) continue;
      addRoute(
        app,
        route,
        handlerOf(route, words, (one) => {
          const known = before(one.needs, database, stage(one));
          const handler = one.load ? admission.inTurn(one.load, known) : known;
          const tracked = traffic.tracked(one);
          return (c) => {
            c.env.protocol = protocol;
            c.env.route = tracked;
            return handler(c);
          };
        }),
      );
    }
  }
}

/** Throws for a definition that would be ignored in part. */
function requireMountable(route: Route, words: readonly Route[]): void {
  if (route.load && route.needs !== "caller") {
    throw new Error(
      `${nameOf(route)}: \`load: "${route.load}"\` needs a known caller, because slots are shared out by caller, but \`needs\` is "${route.needs}".`,
    );
  }
  const word = words.find(({ needs }) => needs !== route.needs);
  if (word) {
    throw new Error(
      `${nameOf(word)} stands where ${nameOf(route)} has a parameter, so both must have the same \`needs\`, not "${word.needs}" and "${route.needs}".`,
    );
  }
}

/** What `:name+` is for the router: also line breaks, so that the service can say what is wrong with them. */
export const SEVERAL = "{[^]+}";

function addRoute(app: Hono<AppEnv>, route: Route, handler: Handler): void {
  try {
    app.on(route.method.toUpperCase(), [route.path.replace(/\+$/, SEVERAL)], handler);
  } catch (error) {
    if (!(error instanceof UnsupportedPathError)) throw error;
    throw new Error(
      `${nameOf(route)} overlaps another route: it has a fixed segment where the other has a parameter, or the other way round.`,
      { cause: error },
    );
  }
}

function nameOf({ method, path }: Route): string {
  return `${method.toUpperCase()} ${path}`;
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

/**
 * The route's own handler, or the handler of a literal segment in place of its parameter, as `/items/:slug/export` has
 * beside `/items/:slug/:id`. As separate routes they would overlap, which the router does not support: it matches all
 * with one expression.
 */
function handlerOf(route: Route, others: readonly Route[], stage: (route: Route) => Handler): Handler {
  const words = new Map(others.map((one) => [lastPart(one.path), stage(one)]));
  const own = stage(route);
  if (words.size === 0) return own;
  return (c) => (words.get(lastPart(c.req.path)) ?? own)(c);
}

/** Routes that have a fixed segment where another one has its last parameter: its words. */
function wordsAmong(routes: readonly Route[]) {
  const isParameter = ({ path }: Route): boolean => lastPart(path).startsWith(":");
  const placeOf = ({ method, path }: Route): string => `${method} ${path.slice(0, path.lastIndexOf("/"))}`;
  const parameters = new Set(routes.filter(isParameter).map(placeOf));
  // A path that ends with / has nothing where the other has its parameter.
  const isWord = (route: Route): boolean =>
    !isParameter(route) && !route.path.endsWith("/") && parameters.has(placeOf(route));
  const words = Map.groupBy(routes.filter(isWord), placeOf);
  return {
    wordsOf: (route: Route): readonly Route[] => (isParameter(route) ? (words.get(placeOf(route)) ?? []) : []),
    isWord,
  };
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

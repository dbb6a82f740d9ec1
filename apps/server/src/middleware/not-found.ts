import { ERRORS, excerpt, PlinthError } from "@plinth/core";
import type { Hono } from "hono";
import type { AppEnv } from "../context.ts";
import type { PathRouter } from "../http/path-router.ts";
import { answerError, type ErrorPage } from "./errors.ts";
import { nearestPath, sameRoute } from "./nearest-path.ts";

/** 404 for an unknown address, 405 with `allow` for a known one that does not support the method. */
export function answerNotFound(
  app: Hono<AppEnv>,
  router: Pick<PathRouter<unknown>, "methodsOf">,
  page: ErrorPage,
): void {
  const paths = app.routes.map(({ path }) => path);
  app.notFound((c) => {
    const methods = router.methodsOf(c.req.path);
    const code = methods.length > 0 ? "METHOD_NOT_ALLOWED" : "NOT_FOUND";
    const near = methods.length > 0 ? sameRoute(c.req.path) : nearestPath(c.req.path, paths);
    const message = near === undefined ? undefined : `${ERRORS[code].message} Did you mean ${excerpt(near)}?`;
    const response = answerError(c, new PlinthError(code, message), page);
    if (methods.length > 0) response.headers.set("allow", methods.join(", "));
    return response;
  });
}

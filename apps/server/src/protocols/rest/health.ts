import { DataError, ping } from "@plinth/core";
import { currentFault, type Engine, lifecycleOf, service } from "@plinth/engine";
import { json } from "../../http/answer.ts";
import { defineRoute } from "../../http/define-route.ts";
import { FLAG, INSTANT, type JsonSchema, object, TEXT } from "../../http/openapi/json-schema.ts";
import { RepeatedErrors } from "../../http/repeated-errors.ts";
import type { Route } from "../../http/route.ts";

/** Less than the patience of most load balancers. */
const DEADLINE_MS = 3000;

const probe = { tag: "Server", access: "anyone", needs: "nothing" } as const;

const health = (): JsonSchema => object({ ok: FLAG, "dialect?": TEXT, "reason?": TEXT, "ts?": INSTANT });

/** `/health`: for people, probes and load balancers. Needs no credentials, and shows only the dialect. */
export const healthRoutes: readonly Route[] = [
  ready("health", "/health", "Whether the server and its database answer"),
  defineRoute("GET /health/live", {
    ...probe,
    id: "live",
    summary: "Whether the process answers",
    response: () => object({ ok: FLAG }),
    handle: (c) => json(c, { ok: true }),
  }),
  ready("ready", "/health/ready", "Whether requests can be served"),
];

/** Probes come every few seconds, for as long as the database is away. */
const probeErrors = service("errors of probes", (_: Engine) => new RepeatedErrors());

function ready(id: string, path: string, summary: string): Route {
  return defineRoute(`GET ${path}`, {
    ...probe,
    id,
    summary,
    response: health,
    async handle(c) {
      const { platform, engine, database } = c.env;
      const ts = new Date(platform.clock.now()).toISOString();
      if (lifecycleOf(engine).stopping) return json(c, { ok: false, ts }, 503);
      try {
        const { dialect, reason } = await withinDeadline(
          database.use(async (driver) => {
            await ping(driver);
            return { dialect: driver.dialect, reason: await currentFault(engine, driver) };
          }),
        );
        if (reason) return json(c, { ok: false, dialect, reason, ts }, 503);
        return json(c, { ok: true, dialect, ts });
      } catch (error) {
        const unlogged = probeErrors(engine).take(error);
        if (unlogged !== undefined) platform.log.error("not ready", { ...(unlogged > 0 && { unlogged }), error });
        return json(c, { ok: false, ts }, 503);
      }
    },
  });
}

/** A probe needs an answer even where the database gives none. */
async function withinDeadline<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `the database has not answered in ${DEADLINE_MS / 1000} s`;
    timer = setTimeout(() => reject(new DataError("unavailable", { message })), DEADLINE_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

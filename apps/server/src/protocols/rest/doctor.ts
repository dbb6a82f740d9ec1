import { SEVERITIES } from "@plinth/core";
import { type Arrival, diagnose } from "@plinth/engine";
import { json } from "../../http/answer.ts";
import { defineRoute } from "../../http/define-route.ts";
import { INSTANT, listOf, object, TEXT } from "../../http/openapi/json-schema.ts";
import { VERSION } from "../../version.ts";

const finding = () =>
  object({
    check: TEXT,
    severity: { type: "string", enum: [...SEVERITIES] },
    subject: TEXT,
    message: TEXT,
    advice: TEXT,
    "command?": TEXT,
  });

/** `/api/doctor`: what `plinth doctor` asks. */
export const doctorRoute = defineRoute("GET /api/doctor", {
  id: "diagnose",
  tag: "Server",
  summary: "What is wrong or dangerous in the workspace; for owners of the server, also in the server",
  access: "admin",
  scope: "server",
  response: () => object({ data: listOf(finding()), meta: object({ version: TEXT, now: INSTANT }) }),
  async handle(c) {
    const { ctx, engine } = c.env;
    const data = await diagnose(ctx, arrivalOf(c.req.raw));
    return json(c, { data, meta: { version: VERSION, now: new Date(engine.clock.now()).toISOString() } });
  },
});

/** Only what an administrator is shown of the own request depends on it, so no proxy has to be trusted. */
function arrivalOf({ url, headers }: Request): Arrival {
  const forwardedHost = headers.get("x-forwarded-host")?.split(",")[0]?.trim();
  return { host: forwardedHost || new URL(url).host, forwarded: headers.has("x-forwarded-for") };
}

import type { Json } from "@plinth/core";
import { authOf, clientAddress, plainText, signUp } from "@plinth/engine";
import type { Context, Hono, MiddlewareHandler } from "hono";
import * as z from "zod";
import { arrivalOf } from "../../arrival.ts";
import type { AppEnv } from "../../context.ts";
import { readOptionalJson } from "../../http/body.ts";
import { requireTrustedOrigin } from "../../http/origin.ts";
import { jsonBody, parseValue, queryParams } from "../../http/validate.ts";

const email = z.email("must be an email address").max(254);
const password = z.string().max(1000);
const newPassword = z.string().min(8, "must have at least 8 characters").max(128, "must have at most 128 characters");
const remember = { callbackURL: z.string().optional(), rememberMe: z.boolean().optional() };

export const signUpBody = z.strictObject({
  name: plainText(1, 200),
  email,
  password: newPassword,
  image: z.url().max(2000).optional(),
  setupToken: z.string().max(200).optional().describe("From the setup link; needed while there is no operator"),
  ...remember,
});
export const signInBody = z.strictObject({ email, password, ...remember });
const getSessionQuery = z.strictObject({
  disableCookieCache: z.string().optional(),
  disableRefresh: z.string().optional(),
});
const noQuery = z.strictObject({});

/** What a signed-in user can do with the account; bodies that hold nothing may be left out. */
export const POSTS = {
  "sign-out": z.strictObject({}),
  "change-password": z.strictObject({
    currentPassword: password,
    newPassword,
    revokeOtherSessions: z.boolean().optional(),
  }),
  "revoke-session": z.strictObject({ token: z.string().max(200) }),
  "revoke-sessions": z.strictObject({}),
  "revoke-other-sessions": z.strictObject({}),
  "update-user": z.strictObject({
    name: plainText(1, 200).optional(),
    image: z.url().max(2000).nullable().optional(),
  }),
} satisfies Record<string, z.ZodType>;

/**
 * `/api/auth`: accounts and sessions, answered by better-auth. Stands before the principal is resolved: whoever signs in
 * may still carry a token that has expired.
 */
export function authRoutes(app: Hono<AppEnv>): void {
  app.post("/api/auth/sign-up/email", trustedOrigin, queryParams(noQuery), jsonBody(signUpBody), (c) => {
    const { setupToken, ...body } = c.req.valid("json");
    const token = c.req.raw.headers.get("x-plinth-setup-token") ?? setupToken;
    return signUp(c.var.engine, c.var.driver, forward(c, body), { ...arrivalOf(c), token });
  });
  app.post("/api/auth/sign-in/email", trustedOrigin, queryParams(noQuery), jsonBody(signInBody), (c) =>
    handle(c, forward(c, c.req.valid("json"))),
  );
  for (const [name, schema] of Object.entries(POSTS)) {
    app.post(`/api/auth/${name}`, trustedOrigin, queryParams(noQuery), async (c) => {
      const body = parseValue(schema, (await readOptionalJson(c)) ?? {});
      return handle(c, forward(c, body as Json));
    });
  }
  app.get("/api/auth/get-session", queryParams(getSessionQuery), (c) => handle(c, c.req.raw));
  app.get("/api/auth/list-sessions", queryParams(noQuery), (c) => handle(c, c.req.raw));
}

/** Also without a cookie: a foreign page must not sign its visitor in or up either. */
const trustedOrigin: MiddlewareHandler<AppEnv> = (c, next) => {
  requireTrustedOrigin(c.var.platform.config, c.req.raw);
  return next();
};

function handle(c: Context<AppEnv>, request: Request): Promise<Response> {
  const { engine, driver } = c.var;
  return authOf(engine, driver).handle(request, clientAddress(engine.config, arrivalOf(c)));
}

/** The request with the body as it was validated. */
function forward(c: Context<AppEnv>, body: Json | object): Request {
  const headers = new Headers(c.req.raw.headers);
  headers.delete("content-length");
  headers.set("content-type", "application/json");
  return new Request(c.req.url, { method: "POST", headers, body: JSON.stringify(body) });
}

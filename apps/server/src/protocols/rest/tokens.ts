import {
  namedPoolOf,
  renewTokens,
  requireWithinAddressLimit,
  revokeTokens,
  tokensOfCaller,
  tokensOfSession,
} from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { json } from "../../http/answer.ts";
import { defineRoute } from "../../http/define-route.ts";
import { COUNT, data, FLAG, INSTANT, type JsonSchema, object, TEXT } from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";
import { callerRequestOf } from "../../http/stages.ts";

/** What a session's tokens look like in an answer. */
export const tokens = (): JsonSchema =>
  object({
    access_token: TEXT,
    token_type: { type: "string", enum: ["Bearer"] },
    expires_in: COUNT,
    expires_at: INSTANT,
    refresh_token: TEXT,
  });

export const wantsTokens = z
  .boolean()
  .optional()
  .describe("Whether the answer holds an access and a refresh token too");

/** The answer of a sign-in, with tokens for its session if they are wanted and there is one. */
export async function withTokens(c: Context<AppEnv>, response: Response, wanted = false): Promise<Response> {
  if (!wanted) return response;
  const body = (await response.json()) as { token?: string | null };
  const { engine, driver } = c.env;
  const made = body.token ? { tokens: await tokensOfSession(engine, driver, body.token) } : {};
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  return new Response(JSON.stringify({ ...body, ...made }), { status: response.status, headers });
}

const refresh = z.strictObject({ refresh_token: z.string().min(1).max(8192) });
const shared = { tag: "Accounts", access: "anyone", needs: "database", body: refresh } as const;

/** The client's address, which has not sent too many requests. */
async function countedAddress(c: Context<AppEnv>): Promise<string | undefined> {
  await requireWithinAddressLimit(c.env.engine, c.env.driver, c.env, "tokens");
  return c.env.clientAddress;
}

/** `/api/auth/token`: short tokens for a session, in place of its own. */
export const tokensRoutes: readonly Route[] = [
  defineRoute("POST /api/auth/token", {
    id: "createTokens",
    tag: "Accounts",
    summary: "An access and a refresh token for this session",
    access: "user",
    status: 201,
    response: () => data(tokens()),
    async handle(c) {
      const { ctx, protocol } = c.env;
      const made = await tokensOfCaller(ctx, protocol.credentials(c.req.raw.headers));
      return json(c, { data: made }, 201);
    },
  }),
  defineRoute("POST /api/auth/token/refresh", {
    ...shared,
    id: "refreshTokens",
    summary: "The next access and refresh token",
    response: () => data(tokens()),
    errors: ["INVALID_TOKEN"],
    async handle(c, { body }) {
      const { engine, driver } = c.env;
      const address = await countedAddress(c);
      const sent = { token: body.refresh_token, pool: await namedPoolOf(callerRequestOf(c)), address };
      return json(c, { data: await renewTokens(engine, driver, sent) });
    },
  }),
  defineRoute("POST /api/auth/token/revoke", {
    ...shared,
    id: "revokeTokens",
    summary: "End the session of a refresh token",
    response: () => data(object({ revoked: FLAG })),
    async handle(c, { body }) {
      const { engine, driver } = c.env;
      await countedAddress(c);
      await revokeTokens(engine, driver, { token: body.refresh_token, pool: await namedPoolOf(callerRequestOf(c)) });
      return json(c, { data: { revoked: true } });
    },
  }),
];

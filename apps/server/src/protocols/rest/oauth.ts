import { originAt, PlinthError, PROVIDER_KINDS } from "@plinth/core";
import {
  callbackUrl,
  finishOAuth,
  offeredProviders,
  type PoolRequest,
  type PublicAddress,
  publicAddress,
  startLink,
  startOAuth,
} from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { json } from "../../http/answer.ts";
import { readBody } from "../../http/body.ts";
import { defineRoute } from "../../http/define-route.ts";
import { ANY_OBJECT, data, FLAG, type JsonSchema, listOf, object, open, TEXT } from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";
import { account, trustedOrigin, upgraded } from "./auth.ts";
import { forward, poolRequestOf, redirectIn, withBackgroundWork } from "./auth-answer.ts";

/** Where a callback leads whose page is unknown. */
const LOST = "/sign-in";
const MAX_VALUE = 8000;
/** What providers send back: others of their parameters are theirs alone. */
const CALLBACK_PARAMETERS = ["code", "state", "error", "error_description", "iss", "user"];

const page = z.string().max(2000).optional();
const provider = z.string().min(1).max(40).describe("The provider's name, as in `GET /api/auth/providers`");
const loginHint = z.string().max(254).optional().describe("The address or name that the provider is to suggest");
const invitation = z.string().max(200).optional().describe("The token of an invitation, for a new account");
const pages = {
  callback_url: page.describe("Where it leads: a path of this server, or one of the addresses in REDIRECT_URLS"),
  error_callback_url: page.describe("Where it leads with `error` where it fails; by default the same"),
  new_user_callback_url: page.describe("Where it leads a new user; by default the same"),
  disable_redirect: z.boolean().optional(),
};
const started = (): JsonSchema =>
  open(object({ "url?": TEXT, "redirect?": FLAG, "token?": TEXT, "user?": ANY_OBJECT }));

/** `/api/auth`: sign-in by Google, GitHub, Apple and other providers. */
export const oauthRoutes: readonly Route[] = [
  defineRoute("GET /api/auth/providers", {
    ...account,
    id: "listOfferedProviders",
    summary: "The providers with which users can sign in",
    access: "anyone",
    response: () =>
      data(listOf(object({ name: TEXT, label: TEXT, kind: { type: "string", enum: Object.keys(PROVIDER_KINDS) } }))),
    async handle(c) {
      const { workspaceId } = await poolRequestOf(c);
      return json(c, { data: await offeredProviders(c.env.engine, c.env.driver, workspaceId) });
    },
  }),
  defineRoute("POST /api/auth/sign-in/social", {
    ...account,
    id: "signInByProvider",
    summary: "Begin a sign-in by a provider, or sign in by its ID token",
    access: "anyone",
    guard: trustedOrigin,
    body: z.strictObject({
      provider,
      ...pages,
      login_hint: loginHint,
      invitation,
      id_token: z
        .strictObject({ token: z.string().min(1).max(MAX_VALUE), nonce: z.string().min(1).max(200).optional() })
        .optional()
        .describe("Of a native app; `nonce` is needed where the token has one. A token is accepted once"),
    }),
    response: started,
    responseHeaders: ["set-auth-token"],
    errors: [
      "NOT_FOUND",
      "INVALID_TOKEN",
      "ACCOUNT_NOT_LINKED",
      "EMAIL_NOT_VERIFIED",
      ...upgraded,
      "SETUP_REQUIRED",
      "USER_BLOCKED",
      "ANONYMOUS_SESSION",
      "STEP_UP_REQUIRED",
      "ORIGIN_FORBIDDEN",
      "PROVIDER_FAILED",
      "RATE_LIMITED",
    ],
    handle: (c, { body }) => begin(c, startOAuth, body),
  }),
  defineRoute("GET /api/auth/sign-in/social", {
    ...account,
    id: "goToProvider",
    summary: "Lead the browser to a provider: for links, and for pages of other origins",
    access: "anyone",
    query: z.strictObject({
      provider,
      callback_url: pages.callback_url,
      error_callback_url: pages.error_callback_url,
      new_user_callback_url: pages.new_user_callback_url,
      login_hint: loginHint,
      invitation,
    }),
    status: 302,
    response: () => ANY_OBJECT,
    errors: ["NOT_FOUND", "PROVIDER_FAILED", "RATE_LIMITED"],
    async handle(c, { query }) {
      const attempt = await attemptOf(c, query);
      return start(c, startOAuth, query, attempt).then(led, (error: unknown) => {
        // A user who follows a link expects a page.
        if (!(error instanceof PlinthError) || error.code === "VALIDATION") throw error;
        return lead(c, withError(attempt.pages.errorPage, error));
      });
    },
  }),
  defineRoute("POST /api/auth/link-social", {
    ...account,
    id: "linkAccount",
    summary: "Begin to link an account at a provider to yours",
    access: "account",
    guard: trustedOrigin,
    body: z.strictObject({
      provider,
      callback_url: pages.callback_url,
      error_callback_url: pages.error_callback_url,
      disable_redirect: pages.disable_redirect,
      login_hint: loginHint,
    }),
    response: started,
    errors: [
      "NOT_FOUND",
      "EMAIL_NOT_VERIFIED",
      "STEP_UP_REQUIRED",
      "ORIGIN_FORBIDDEN",
      "PROVIDER_FAILED",
      "RATE_LIMITED",
    ],
    handle: (c, { body }) => begin(c, startLink, body),
  }),
  defineRoute("GET /api/auth/callback/:provider", {
    ...account,
    id: "finishSignInByProvider",
    summary: "Where a provider sends the browser back to",
    access: "anyone",
    query: (c: Context<AppEnv>) => parametersIn(new URL(c.req.url).searchParams),
    parameters: () => CALLBACK_PARAMETERS.map((name) => ({ name, in: "query", schema: TEXT })),
    status: 302,
    response: () => ANY_OBJECT,
    async handle(c, { query }) {
      const url = new URL(c.req.url);
      url.search = String(query);
      const request = new Request(url, { headers: c.req.raw.headers });
      const asked = { ...(await poolRequestOf(c)), provider: c.req.param("provider") };
      const { engine, driver } = c.env;
      try {
        return await withBackgroundWork(c, () => finishOAuth(engine, driver, request, asked));
      } catch (error) {
        if (!(error instanceof PlinthError) || error.code !== "NOT_FOUND") throw error;
        return lead(c, `${addressFor(c, asked).path}${LOST}?error=provider_failed`);
      }
    },
  }),
  defineRoute("POST /api/auth/callback/:provider", {
    ...account,
    id: "finishSignInByForm",
    summary: "The same for providers that send a form, as Apple does",
    access: "anyone",
    bodyTypes: ["application/x-www-form-urlencoded"],
    status: 303,
    response: () => ANY_OBJECT,
    // The form comes from another site, without this one's cookies. The browser brings them to the address by GET.
    async handle(c) {
      const form = new URLSearchParams(new TextDecoder().decode(await readBody(c)));
      const asked = await poolRequestOf(c);
      const address = callbackUrl(addressFor(c, asked), encodeURIComponent(c.req.param("provider")));
      return lead(c, `${address}?${parametersIn(form)}`, 303);
    },
  }),
];

type OAuthAttempt = Parameters<typeof startOAuth>[2];

interface Start {
  readonly provider: string;
  readonly callback_url?: string | undefined;
  readonly error_callback_url?: string | undefined;
  readonly new_user_callback_url?: string | undefined;
  readonly invitation?: string | undefined;
  readonly login_hint?: string | undefined;
  readonly disable_redirect?: boolean | undefined;
  readonly id_token?: object | undefined;
}

async function begin(c: Context<AppEnv>, work: typeof startOAuth, body: Start): Promise<Response> {
  return start(c, work, body, await attemptOf(c, body));
}

function start(c: Context<AppEnv>, work: typeof startOAuth, body: Start, attempt: OAuthAttempt): Promise<Response> {
  const { invitation: _, ...rest } = body;
  const { page, errorPage } = attempt.pages;
  const given = { ...rest, callback_url: page, error_callback_url: errorPage };
  return withBackgroundWork(c, () =>
    work(c.env.engine, c.env.driver, attempt, (provider) => forward(c, { ...given, provider })),
  );
}

/** Throws for a page that is not allowed: until this is done, nothing may lead to one. */
async function attemptOf(c: Context<AppEnv>, body: Start): Promise<OAuthAttempt> {
  const incoming = await poolRequestOf(c);
  const allowed = (field: "callback_url" | "error_callback_url" | "new_user_callback_url") =>
    redirectIn(c, incoming.workspaceId, { field, page: body[field] });
  const asked = await allowed("callback_url");
  const askedError = await allowed("error_callback_url");
  const newUserPage = await allowed("new_user_callback_url");
  const page = asked ?? `${addressFor(c, incoming).path}/`;
  const pages = { page, errorPage: askedError ?? page, newUserPage };
  return { ...incoming, provider: body.provider, invitation: body.invitation, pages };
}

/** The start's answer, as a redirect that brings its cookie. */
async function led(answer: Response): Promise<Response> {
  const { url } = (await answer.json()) as { url: string };
  const headers = new Headers({ location: url, "cache-control": "no-store", "referrer-policy": "no-referrer" });
  for (const cookie of answer.headers.getSetCookie()) headers.append("set-cookie", cookie);
  return new Response(null, { status: 302, headers });
}

function withError(page: string, { code }: PlinthError): string {
  return `${page}${page.includes("?") ? "&" : "?"}error=${code.toLowerCase()}`;
}

function parametersIn(given: URLSearchParams): URLSearchParams {
  const kept = new URLSearchParams();
  for (const name of CALLBACK_PARAMETERS) {
    const value = given.get(name);
    if (value !== null && value.length <= MAX_VALUE) kept.set(name, value);
  }
  return kept;
}

function addressFor(c: Context<AppEnv>, { workspaceId, workspaceHost }: PoolRequest): PublicAddress {
  return publicAddress(c.env.engine, workspaceId, workspaceHost);
}

function lead(c: Context<AppEnv>, target: string, status = 302): Response {
  const { workspaceHost, platform } = c.env;
  const { appUrl } = platform.config;
  const location = new URL(target, workspaceHost ? originAt(appUrl, workspaceHost.name) : appUrl).href;
  return new Response(null, { status, headers: { location, "cache-control": "no-store" } });
}

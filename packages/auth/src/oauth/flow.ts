import { tryGetCurrentAuthEndpointContext } from "@better-auth/core/context";
import type { OAuthProvider } from "@better-auth/core/oauth2";
import { type JsonObject, PlinthError, type SqlQuery, sha256Hex } from "@plinth/core";
import type { BetterAuthPlugin } from "better-auth";
import { APIError, addOAuthServerContext, createAuthMiddleware, getOAuthState } from "better-auth/api";
import { ANONYMOUS_HEADER } from "../sign-in-methods/anonymous-caller.ts";
import { ProviderError } from "./ask.ts";
import { githubProvider } from "./github.ts";
import type { IdentityProvider, OAuthEnvironment, OAuthStep } from "./identity-provider.ts";
import { oidcProvider } from "./oidc.ts";
import type { Profile } from "./profile.ts";

/** Names the request of a flow in better-auth's callbacks, which may receive copies of it. */
export const OAUTH_FLOW_HEADER = "x-plinth-oauth-flow";

/** One request of a sign-in by a provider, while it is answered. */
export interface OAuthFlow extends OAuthStep {
  readonly oauth: OAuthProvider<Profile>;
  /** Names of providers whose accounts may be linked without a verified address: better-auth's list for this request. */
  trusted: string[];
  /** Where the sign-in leads, once its state has been read. */
  pages: OAuthStep["pages"];
  /** The user who is signed in, and links an account. */
  linkedBy: string | undefined;
  email: string | undefined;
  emailVerified: boolean;
  userName: string;
  /** Set for a new account. */
  onUserCreated: ((userId: string) => SqlQuery[]) | undefined;
  /** What is stored of the item of a new account. */
  profile: JsonObject | undefined;
  linked: boolean;
  /** The anonymous user whose session came with the request that started it. */
  anonymousUser: string | undefined;
  /** What went wrong, where better-auth tells less. */
  failure: unknown;
  /** The same, for pages alone. */
  reason: string | undefined;
}

export interface OAuthFlows {
  readonly plugin: BetterAuthPlugin;
  /** That of the endpoint that runs now. */
  current(): OAuthFlow | undefined;
  /** Registers a flow for the time of a request. */
  during<T>(step: OAuthStep, work: (id: string, flow: OAuthFlow) => Promise<T>): Promise<T>;
}

/** better-auth's sign-in by a provider, where each request brings the provider that it is about. */
export function oauthFlows(env: OAuthEnvironment): OAuthFlows {
  const flows = new Map<string, OAuthFlow>();
  const flowOf = (headers: Headers | undefined) => flows.get(headers?.get(OAUTH_FLOW_HEADER) ?? "");
  const current = () => flowOf(tryGetCurrentAuthEndpointContext()?.headers);
  return {
    current,
    plugin: {
      id: "plinth-oauth",
      async onRequest(request, context) {
        const flow = flowOf(request.headers);
        if (!flow) return;
        context.socialProviders = [flow.oauth as unknown as OAuthProvider];
        context.trustedOrigins.push(...pagesOf(flow));
        flow.trusted = context.trustedProviders;
      },
      hooks: {
        before: [
          {
            matcher: ({ path }) => path === "/sign-in/social" || path === "/link-social",
            handler: createAuthMiddleware(async ({ headers }) => {
              const flow = flowOf(headers);
              if (!flow) return;
              const { provider, invitation, pages } = flow;
              const anonymousUser = headers?.get(ANONYMOUS_HEADER) ?? undefined;
              await addOAuthServerContext({ provider: provider.name, invitation, pages, anonymousUser });
            }),
          },
        ],
      },
      init: () => ({
        options: {
          databaseHooks: {
            user: {
              create: {
                async before({ email, name }) {
                  const flow = current();
                  if (!flow) return undefined;
                  const newcomer = { email, name: name || null, isProven: flow.emailVerified };
                  const { onUserCreated, amended } = await flow
                    .admit({ ...newcomer, invitation: flow.invitation })
                    .catch((error: unknown) => refuse(flow, error));
                  flow.onUserCreated = onUserCreated;
                  flow.profile = amended?.profile;
                  return { data: amended?.account ?? {} };
                },
              },
            },
            account: {
              // What nothing here uses is better not kept.
              create: { before: async () => (current() ? { data: WITHOUT_TOKENS } : undefined) },
              update: { before: async () => (current() ? { data: WITHOUT_TOKENS } : undefined) },
            },
          },
        },
      }),
    },
    async during(step, work) {
      const id = crypto.randomUUID();
      const flow: OAuthFlow = {
        ...step,
        oauth: undefined as never,
        trusted: [],
        pages: step.pages,
        linkedBy: undefined,
        email: undefined,
        emailVerified: false,
        userName: "",
        onUserCreated: undefined,
        profile: undefined,
        linked: false,
        anonymousUser: undefined,
        failure: undefined,
        reason: undefined,
      };
      flows.set(id, Object.assign(flow, { oauth: watched(flow, env) }));
      try {
        return await work(id, flow);
      } finally {
        flows.delete(id);
      }
    },
  };
}

const WITHOUT_TOKENS = {
  accessToken: null,
  refreshToken: null,
  idToken: null,
  accessTokenExpiresAt: null,
  refreshTokenExpiresAt: null,
  scope: null,
};

/** The origins to which better-auth may lead; that each page is allowed, exactly, has been checked before. */
function pagesOf({ pages }: OAuthFlow): string[] {
  const targets = pages ? [pages.page, pages.errorPage, pages.newUserPage] : [];
  return targets.flatMap((page) => (page === undefined || page.startsWith("/") ? [] : originOf(page)));
}

/** An app's own scheme has no origin, and the whole address counts. */
function originOf(page: string): string {
  const { origin } = new URL(page);
  return origin === "null" ? page : origin;
}

/** The provider, and what its answers say about the flow. */
function watched(flow: OAuthFlow, env: OAuthEnvironment): OAuthProvider<Profile> {
  const { provider } = flow;
  const oauth = provider.kind === "github" ? githubProvider(provider) : oidcProvider(provider, env);
  const asked = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      const reason = error instanceof Error ? error.message : "unknown";
      env.log.warn("a sign-in provider failed", { provider: provider.name, reason });
      if (error instanceof ProviderError)
        flow.failure ??= new PlinthError("PROVIDER_FAILED", undefined, { field: "provider" });
      throw error;
    }
  };
  const noted = async (found: Awaited<ReturnType<typeof oauth.getUserInfo>>) => {
    if (!found) return null;
    flow.email = found.user.email ?? undefined;
    flow.emailVerified = found.user.emailVerified;
    flow.userName = found.user.name ?? "";
    const { email, emailVerified, linkedBy } = flow;
    try {
      await flow.recognize?.({ subject: found.data.sub, email, emailVerified, linkedBy });
    } catch (error) {
      flow.failure ??= error;
      return null;
    }
    return found;
  };
  const { idToken, getUserInfoFromIdToken } = oauth;
  return {
    ...oauth,
    options: { requireEmailVerification: env.emailVerification === "required" },
    createAuthorizationURL: (request) =>
      asked(async () => oauth.createAuthorizationURL(request)).catch((error: unknown) => refuse(flow, error)),
    validateAuthorizationCode: (request) =>
      asked(async () => {
        await readState(flow, env);
        return oauth.validateAuthorizationCode(request);
      }),
    getUserInfo: async (tokens) => asked(() => oauth.getUserInfo(tokens)).then(noted, () => null),
    ...(idToken && "verify" in idToken && { idToken: { verify: (...token) => asked(() => idToken.verify(...token)) } }),
    ...(getUserInfoFromIdToken && {
      getUserInfoFromIdToken: async (token: string) =>
        (await isFirstUse(env.pool, signedPart(token))) ? noted(await getUserInfoFromIdToken(token)) : null,
    }),
  };
}

/** What the start has left for the callback. The state says for which provider it was made, and is used once. */
async function readState(flow: OAuthFlow, { pool }: OAuthEnvironment): Promise<void> {
  const state = await getOAuthState();
  const kept = (state?.serverContext ?? {}) as Partial<Pick<OAuthStep, "pages" | "invitation">> & {
    provider?: string;
    anonymousUser?: string;
  };
  flow.pages = kept.pages;
  flow.anonymousUser = kept.anonymousUser;
  // better-auth reads and deletes it in two steps, so two callbacks at once both find it.
  if (!state || !(await isFirstUse(pool, state.codeVerifier))) {
    flow.reason = "state_invalid";
    throw new ProviderError("the state was used before");
  }
  if (kept.provider !== flow.provider.name) throw new ProviderError("the state is of another provider");
  Object.assign(flow, { invitation: kept.invitation });
  flow.linkedBy = state.link?.userId;
  // Who is signed in proves both accounts, whatever their addresses.
  if (flow.linkedBy !== undefined) flow.trusted.push(flow.oauth.id);
}

const USED_MS = 2 * 3_600_000;

/** One signature can be written in several ways: a token is known by what is signed. */
function signedPart(jwt: string): string {
  return jwt.slice(0, jwt.lastIndexOf("."));
}

/** Whether a secret has not been seen before: an ID token or a state. It is kept for longer than it would be valid. */
async function isFirstUse(pool: string, secret: string): Promise<boolean> {
  const context = tryGetCurrentAuthEndpointContext()?.context;
  const expiresAt = new Date(Date.now() + USED_MS);
  const identifier = `used:${pool}:${await sha256Hex(secret)}`;
  return (await context?.internalAdapter.reserveVerificationValue({ identifier, value: "used", expiresAt })) === true;
}

/** better-auth passes only its own errors on; the real one is kept for the answer. */
function refuse(flow: OAuthFlow, error: unknown): never {
  flow.failure ??= error;
  const code = error instanceof PlinthError ? error.code : "INTERNAL";
  throw new APIError("FORBIDDEN", { code, message: code });
}

/** The name under which the provider is in the security log. */
export function providerIn(
  flow: { readonly provider: IdentityProvider } | undefined,
): { provider: string } | undefined {
  return flow && { provider: flow.provider.name };
}

import { type IdentityProvider, type OAuthPages, type OAuthStep, providerIdOf } from "@plinth/auth";
import { isPrivateHost, OPERATORS_POOL_ID, PlinthError, type ProviderKind, type SqlDriver } from "@plinth/core";
import { findAuthProvider, findUser, listAuthProviderRows } from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { authOf } from "./auth.ts";
import { issuerOf, providerSecrets, settingsOf } from "./auth-providers.ts";
import { clientAddress } from "./client-address.ts";
import { readCredentials } from "./credentials.ts";
import { requireAccount } from "./guards.ts";
import type { PoolRequest } from "./incoming-request.ts";
import { resolvePrincipal } from "./principal.ts";
import { callbackUrl, publicAddress } from "./public-address.ts";
import { recognizeOperator } from "./recognize-operator.ts";
import { recordFailure } from "./security-events.ts";
import { admitNewcomer } from "./setup.ts";
import { forgetSessions } from "./state.ts";

/** A request of a sign-in by a provider of a workspace. */
interface OAuthRequest extends PoolRequest {
  /** The provider's name. */
  readonly provider: string;
  readonly invitation?: string | undefined;
}

export interface OfferedProvider {
  name: string;
  label: string;
  kind: ProviderKind;
}

/** What the sign-in pages of a pool offer. */
export async function offeredProviders(
  { config }: Engine,
  driver: SqlDriver,
  workspaceId: string,
): Promise<OfferedProvider[]> {
  if (workspaceId === OPERATORS_POOL_ID)
    return config.operatorProviders.map(({ name, label, kind }) => ({ name, label, kind }));
  const rows = await listAuthProviderRows(driver, workspaceId);
  return rows.flatMap(({ name, label, kind, enabled }) =>
    enabled ? [{ name, label, kind: kind as ProviderKind }] : [],
  );
}

/**
 * Answers the start of a sign-in, or a sign-in by an ID token. `send` makes the request for better-auth from what it
 * calls the provider.
 */
export async function startOAuth(
  engine: Engine,
  driver: SqlDriver,
  asked: OAuthRequest & { readonly pages: OAuthPages },
  send: (providerId: string) => Request,
): Promise<Response> {
  const step = await stepOf(engine, driver, asked);
  const address = clientAddress(engine.config, asked);
  const request = send(providerIdOf(step.provider.issuer));
  try {
    const { response, linked } = await authOf(engine, driver, asked.workspaceId, asked.workspaceHost).oauth(
      request,
      address,
      step,
    );
    if (linked) forgetSessions(engine);
    return response;
  } catch (error) {
    const { workspaceId, provider } = asked;
    return recordFailure(engine, driver, { workspaceId, type: "sign_in", address, error, detail: { provider } });
  }
}

/** The same for a user who is signed in, and links an account. */
export async function startLink(
  engine: Engine,
  driver: SqlDriver,
  asked: OAuthRequest & { readonly pages: OAuthPages },
  send: (providerId: string) => Request,
): Promise<Response> {
  const credentials = readCredentials(asked.headers);
  const operates = asked.workspaceId === OPERATORS_POOL_ID;
  const of = operates ? { asOperator: true } : { pathWorkspace: asked.workspaceId };
  const { principal } = await resolvePrincipal({ engine, driver, credentials, ...of });
  requireAccount(principal);
  // An operator's provider confirms the address: see `recognizeOperator`.
  const user = operates ? undefined : await findUser(driver, principal.workspaceId, principal.id!);
  if (!operates && !user?.emailVerified) {
    throw new PlinthError("EMAIL_NOT_VERIFIED", "Confirm the email address of your account first.");
  }
  return startOAuth(engine, driver, asked, send);
}

/** Answers the browser that comes back from a provider. It is always led to a page. */
export async function finishOAuth(engine: Engine, driver: SqlDriver, request: Request, asked: OAuthRequest) {
  const step = await stepOf(engine, driver, asked);
  const address = clientAddress(engine.config, asked);
  const url = new URL(request.url);
  url.pathname = `/api/auth/callback/${providerIdOf(step.provider.issuer)}`;
  const answer = await authOf(engine, driver, asked.workspaceId, asked.workspaceHost).oauth(
    new Request(url, request),
    address,
    step,
  );
  if (answer.linked) forgetSessions(engine);
  const { failure, response } = answer;
  if (failure) {
    const { email, cause: error } = failure;
    const { workspaceId, provider } = asked;
    const failed = { workspaceId, type: "sign_in", address, error, detail: { provider } } as const;
    const attempt = { ...failed, ...(email !== undefined && { email }) };
    await recordFailure(engine, driver, attempt).catch((thrown: unknown) => {
      if (thrown !== error) throw thrown;
    });
  }
  return response;
}

async function stepOf(
  engine: Engine,
  driver: SqlDriver,
  {
    workspaceId,
    workspaceHost,
    provider: name,
    invitation,
    ...incoming
  }: OAuthRequest & { readonly pages?: OAuthPages },
): Promise<OAuthStep> {
  const provider = await usableProvider(engine, driver, { workspaceId, workspaceHost }, name);
  const address = clientAddress(engine.config, incoming);
  return {
    provider,
    pages: incoming.pages,
    invitation,
    ...(workspaceId === OPERATORS_POOL_ID && {
      recognize: (person) => recognizeOperator(driver, person, providerIdOf(provider.issuer)),
    }),
    admit: (newcomer) => admitNewcomer(engine, driver, { ...newcomer, workspaceId, address }),
  };
}

async function usableProvider(
  engine: Engine,
  driver: SqlDriver,
  { workspaceId, workspaceHost }: Pick<PoolRequest, "workspaceId" | "workspaceHost">,
  name: string,
): Promise<IdentityProvider> {
  if (workspaceId === OPERATORS_POOL_ID) return operatorProvider(engine, name);
  const row = await findAuthProvider(driver, workspaceId, name);
  if (!row?.enabled) throw noSuchProvider();
  const issuer = issuerOf(row);
  return {
    ...settingsOf(row),
    name,
    kind: protocolOf(row.kind as ProviderKind),
    issuer,
    clientId: row.clientId,
    secret: row.secret === null ? undefined : await providerSecrets.decrypt(engine, row.id, row.secret),
    callbackUrl: callbackUrl(publicAddress(engine, workspaceId, workspaceHost), name),
    // A public issuer must not lead into the private network.
    mayBePrivate: isInside(issuer) && engine.config.privateAddresses,
  };
}

/** One that the server's settings name, which may be in the server's own network. */
function operatorProvider(engine: Engine, name: string): IdentityProvider {
  const found = engine.config.operatorProviders.find((one) => one.name === name);
  if (!found) throw noSuchProvider();
  return {
    ...found,
    kind: protocolOf(found.kind),
    otherClientIds: [],
    trustEmail: true,
    callbackUrl: callbackUrl(publicAddress(engine, OPERATORS_POOL_ID), name),
    mayBePrivate: isInside(found.issuer),
  };
}

function isInside(issuer: string): boolean {
  const { protocol, hostname } = new URL(issuer);
  return protocol === "http:" || isPrivateHost(hostname);
}

function protocolOf(kind: ProviderKind): IdentityProvider["kind"] {
  return kind === "google" ? "oidc" : kind;
}

function noSuchProvider(): PlinthError {
  return new PlinthError("NOT_FOUND", "There is no such provider.", { field: "provider" });
}

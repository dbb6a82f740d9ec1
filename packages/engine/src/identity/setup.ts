import type { Newcomer, ProviderAdmission } from "@plinth/auth";
import {
  type Config,
  DEFAULT_WORKSPACE_ID,
  deriveKey,
  isLoopback,
  isPlaceholderAddress,
  OPERATORS_POOL_ID,
  PlinthError,
  type SqlDriver,
  type SqlQuery,
  sameText,
} from "@plinth/core";
import { bumpRevision, firstOperatorQueries, hasFirstOperator, insertSecurityEvent } from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { requireAllowedDomain } from "./allowed-domains.ts";
import { askBeforeSignUp } from "./hooks/before-sign-up.ts";
import type { IncomingRequest, PoolRequest } from "./incoming-request.ts";
import { acceptance, invitationFor, type OpenInvitation } from "./open-invitation.ts";
import { authSettingsOf } from "./settings/auth-settings.ts";
import { identityState } from "./state.ts";

export async function hasOperator(engine: Engine, driver: SqlDriver): Promise<boolean> {
  const state = identityState(engine);
  if (state.hasOperator) return true;
  state.hasOperator = await hasFirstOperator(driver);
  if (state.hasOperator) engine.claims?.record();
  return state.hasOperator;
}

/** The one-time link that creates the first operator. Null: there is an operator. */
export async function setupLink(engine: Engine, driver: SqlDriver): Promise<string | null> {
  if (await hasOperator(engine, driver)) return null;
  return `${engine.config.appUrl}/setup?token=${await setupToken(engine)}`;
}

/** Derived, not stored: every replica can compute it, and it is valid until there is an operator. */
function setupToken(engine: Engine): Promise<string> {
  const state = identityState(engine);
  state.setupToken ??= deriveKey(engine.config.secret, "setup-token");
  return state.setupToken;
}

/** A sign-up, before it is decided about. */
export interface SignUpAttempt extends PoolRequest {
  /** Of the setup link. */
  readonly token: string | undefined;
  readonly invitation: string | undefined;
  readonly email: string;
}

/**
 * Decides about a sign-up: `open` for everyone, `claim` for a visitor who may become the operator, or the invitation
 * that lets somebody in. An empty token says that the visitor wants to become the operator and is on this machine.
 * Throws before anything is written: `SETUP_REQUIRED` for those who may not become the operator, `CONFLICT` for those
 * who come too late to, and otherwise what `SIGN_UP` and `SIGN_UP_DOMAINS` say.
 */
export async function admitSignUp(
  engine: Engine,
  driver: SqlDriver,
  attempt: SignUpAttempt,
): Promise<"open" | "claim" | OpenInvitation> {
  if (await hasOperator(engine, driver)) {
    if (attempt.token !== undefined) throw new PlinthError("CONFLICT", "This server already has its operator.");
    return admitUser(engine, driver, attempt);
  }
  const { workspaceId } = attempt;
  const elsewhere = workspaceId !== DEFAULT_WORKSPACE_ID && workspaceId !== OPERATORS_POOL_ID;
  if (elsewhere || !(await maySetUp(engine, attempt))) throw new PlinthError("SETUP_REQUIRED");
  return "claim";
}

/** What the workspace says of a new account, whatever it will sign in by. */
export async function admitUser(
  engine: Engine,
  driver: SqlDriver,
  {
    workspaceId,
    email,
    invitation,
    isProven = false,
  }: Pick<SignUpAttempt, "workspaceId" | "invitation"> & { readonly email: string | null; readonly isProven?: boolean },
): Promise<"open" | OpenInvitation> {
  if (workspaceId === OPERATORS_POOL_ID && invitation !== undefined) {
    return invitationFor(engine, driver, { workspaceId, token: invitation, email });
  }
  if (workspaceId === OPERATORS_POOL_ID) {
    throw new PlinthError("SIGN_UP_CLOSED", "Operators are invited, or made by an operator.");
  }
  if (email !== null && isPlaceholderAddress(email))
    throw new PlinthError("EMAIL_NOT_ALLOWED", undefined, { field: "email" });
  const { mode } = (await authSettingsOf(engine, driver, workspaceId)).sign_up;
  if (mode === "closed") throw new PlinthError("SIGN_UP_CLOSED");
  if (invitation !== undefined) return invitationFor(engine, driver, { workspaceId, token: invitation, email });
  if (mode === "invite") throw new PlinthError("INVITATION_REQUIRED", undefined, { field: "invitation" });
  await requireAllowedDomain(engine, driver, workspaceId, { field: "email", address: email, isProven });
  return "open";
}

/** Decides about somebody who comes by another method than a password. Nobody becomes the first operator this way. */
export async function admitNewcomer(
  engine: Engine,
  driver: SqlDriver,
  { address, ...newcomer }: Newcomer & { readonly workspaceId: string; readonly address: string | undefined },
): Promise<ProviderAdmission> {
  if (!(await hasOperator(engine, driver))) throw new PlinthError("SETUP_REQUIRED");
  // Whoever has an invitation signs up with it first.
  if (newcomer.workspaceId === OPERATORS_POOL_ID) throw new PlinthError("SIGN_UP_CLOSED");
  const admission = await admitUser(engine, driver, newcomer);
  const { workspaceId, email, name } = newcomer;
  const amended = await askBeforeSignUp(engine, driver, {
    workspaceId,
    email,
    name,
    method: "provider",
    address: address ?? null,
  });
  if (admission === "open") return { onUserCreated: () => [], amended };
  const now = engine.clock.now();
  return { onUserCreated: (userId) => acceptance(driver, admission, { userId, now, address }), amended };
}

/** Whether the setup page may show its form to this visitor. */
export async function maySetUp(
  engine: Engine,
  incoming: IncomingRequest & { token: string | undefined },
): Promise<boolean> {
  const { token = "" } = incoming;
  if (token !== "") return sameText(token, await setupToken(engine));
  // A database that is empty now but has had an operator was lost or replaced: only the link proves who sees the log.
  return isLocal(engine.config, incoming) && !engine.claims?.claimed();
}

/**
 * Statements for the batch that makes the account of the first operator. It fails with a guard where somebody was faster.
 */
export function claimOperator(
  { clock, config }: Engine,
  driver: SqlDriver,
  address: string | undefined,
): (userId: string) => SqlQuery[] {
  const now = clock.now();
  const verified = config.emailVerification === "required";
  return (userId) => [
    ...firstOperatorQueries(driver, { userId, now, verified, label: "first_operator" }),
    insertSecurityEvent(driver, {
      workspaceId: OPERATORS_POOL_ID,
      at: now,
      type: "operator_add",
      actor: `user:${userId}`,
      target: `user:${userId}`,
      address,
    }),
    bumpRevision(driver, OPERATORS_POOL_ID),
  ];
}

const FORWARDING = [
  "forwarded",
  "via",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-real-ip",
  "cf-connecting-ip",
];

/**
 * Whether the visitor is on this machine. Each sign alone can be wrong: behind a proxy every peer is local, and another
 * site can resolve its own name to 127.0.0.1. So all signs must agree, and unknown counts as not local. With a known
 * proxy, no visitor counts as local: the proxy may not announce itself and may send 127.0.0.1 as the host.
 */
export function isLocal(config: Pick<Config, "host" | "appUrl" | "trustProxy">, incoming: IncomingRequest): boolean {
  const { url, headers, remoteAddress } = incoming;
  return (
    config.trustProxy === 0 &&
    isLoopback(config.host) &&
    isLoopback(new URL(config.appUrl).hostname) &&
    isLoopback(new URL(url).hostname) &&
    isLoopback(hostnameOf(headers.get("host")) ?? new URL(url).hostname) &&
    remoteAddress !== undefined &&
    isLoopback(remoteAddress) &&
    !FORWARDING.some((name) => headers.has(name))
  );
}

function hostnameOf(host: string | null): string | undefined {
  return host === null ? undefined : (URL.parse(`http://${host}`)?.hostname ?? "");
}

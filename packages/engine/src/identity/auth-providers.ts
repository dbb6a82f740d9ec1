import { providerIdOf } from "@plinth/auth";
import { invalid, PlinthError, PROVIDER_KINDS, type ProviderKind, uuidv7 } from "@plinth/core";
import {
  type AuthProviderRow,
  countAccountsAt,
  deleteAuthProviderQueries,
  findAuthProvider,
  insertAuthProvider,
  listAuthProviderRows,
  updateAuthProviderQueries,
} from "@plinth/db";
import { commit, refuseOn } from "../commit/commit.ts";
import { holdsAtMost } from "../commit/room.ts";
import type { Engine, RequestContext } from "../kernel/engine.ts";
import { textCipher } from "../kernel/text-cipher.ts";
import { checkCredentials, issuerIn, type ProviderChange, type ProviderInput } from "./provider-input.ts";
import { callbackUrl, publicAddress } from "./public-address.ts";
import { recordOf } from "./security-events.ts";

const MAX_PROVIDERS = 50;

/** A provider as its workspace's administrators see it: never its secret. */
export interface AuthProvider {
  name: string;
  kind: ProviderKind;
  label: string;
  issuer: string;
  client_id: string;
  other_client_ids: string[];
  has_secret: boolean;
  team_id: string | null;
  key_id: string | null;
  scopes: string[];
  trust_email: boolean;
  enabled: boolean;
  /** To be entered at the provider. */
  callback_url: string;
  created_at: string;
  updated_at: string;
}

/** What the column `settings` holds. */
export interface ProviderSettings {
  readonly otherClientIds: readonly string[];
  readonly teamId?: string | undefined;
  readonly keyId?: string | undefined;
  readonly scopes: readonly string[];
  readonly trustEmail: boolean;
}

export const providerSecrets = textCipher("sign-in providers");

export async function listProviders(ctx: RequestContext): Promise<AuthProvider[]> {
  const rows = await listAuthProviderRows(ctx.driver, ctx.principal.workspaceId);
  return rows.map((row) => describe(ctx.engine, row));
}

export async function showProvider(ctx: RequestContext, name: string): Promise<AuthProvider> {
  return describe(ctx.engine, await requireProvider(ctx, name));
}

export async function createProvider(ctx: RequestContext, input: ProviderInput): Promise<AuthProvider> {
  const { driver, engine, now, principal } = ctx;
  const { workspaceId } = principal;
  const { kind, name } = input;
  const issuer = issuerIn(input, engine);
  checkCredentials(kind, input, { secret: false });
  const label = input.label ?? PROVIDER_KINDS[kind].label;
  if (label === undefined) throw invalid("label", "is needed: the name on the button");
  const tooMany = () => new PlinthError("LIMIT_EXCEEDED", `A workspace may have ${MAX_PROVIDERS} providers.`);
  if ((await listAuthProviderRows(driver, workspaceId)).length >= MAX_PROVIDERS) throw tooMany();
  const requires = [holdsAtMost(ctx, { kind: "authProviders", most: MAX_PROVIDERS, refusal: tooMany })];
  const id = uuidv7(now);
  const row: AuthProviderRow = {
    id,
    workspaceId,
    name,
    kind,
    label,
    providerId: providerIdOf(issuer),
    clientId: input.client_id,
    secret: await encrypted(engine, id, input.private_key ?? input.client_secret ?? null),
    settings: JSON.stringify(settingsIn(input, { ...PROVIDER_KINDS[kind], otherClientIds: [], trustEmail: true })),
    enabled: input.enabled ?? true,
    createdAt: new Date(now),
    updatedAt: new Date(now),
  };
  const queries = [
    insertAuthProvider(driver, row),
    recordOf(ctx, { type: "provider_create", target: `provider:${name}`, detail: { kind, issuer } }),
  ];
  const taken = () =>
    new PlinthError("CONFLICT", "The workspace has a provider of this name, or of this issuer.", { field: "name" });
  const data = describe(engine, row);
  return commit(ctx, { queries, requires, data }).catch(refuseOn("unique", taken));
}

/** Its name, kind and issuer stay: another issuer's users are others. */
export async function changeProvider(ctx: RequestContext, name: string, input: ProviderChange): Promise<AuthProvider> {
  const { driver, engine, now } = ctx;
  const row = await requireProvider(ctx, name);
  const kind = row.kind as ProviderKind;
  const before = settingsOf(row);
  const fixed = { name: row.name, kind, issuer: issuerOf(row) };
  for (const [key, value] of Object.entries(fixed)) {
    const given = input[key as keyof typeof fixed];
    if (given !== undefined && given !== value) throw invalid(key, `stays ${value}; make another provider instead`);
  }
  checkCredentials(kind, input, { ...before, secret: row.secret !== null });
  const secret = kind === "apple" ? input.private_key : input.client_secret;
  const changed: AuthProviderRow = {
    ...row,
    label: input.label ?? row.label,
    clientId: input.client_id ?? row.clientId,
    secret: secret === undefined ? row.secret : await encrypted(engine, row.id, secret),
    settings: JSON.stringify(settingsIn(input, before)),
    enabled: input.enabled ?? row.enabled,
    updatedAt: new Date(now),
  };
  const detail = { changed: Object.keys(input).filter((key) => !(key in fixed)) };
  const queries = [
    ...updateAuthProviderQueries(driver, changed),
    recordOf(ctx, { type: "provider_change", target: `provider:${name}`, detail }),
  ];
  const data = describe(engine, changed);
  return commit(ctx, { queries, data }).catch(refuseOn("guard", noSuchProvider));
}

/** Users' accounts there stay, and work again once a provider with this issuer is made. */
export async function deleteProvider(
  ctx: RequestContext,
  name: string,
): Promise<{ name: string; linked_accounts: number }> {
  const { driver, principal } = ctx;
  const row = await requireProvider(ctx, name);
  const linked = await countAccountsAt(driver, principal.workspaceId, row.providerId);
  const queries = [
    ...deleteAuthProviderQueries(driver, principal.workspaceId, name),
    recordOf(ctx, { type: "provider_delete", target: `provider:${name}`, detail: { issuer: issuerOf(row) } }),
  ];
  return commit(ctx, { queries, data: { name, linked_accounts: linked } }).catch(refuseOn("guard", noSuchProvider));
}

async function requireProvider({ driver, principal }: RequestContext, name: string): Promise<AuthProviderRow> {
  const row = await findAuthProvider(driver, principal.workspaceId, name);
  if (!row) throw noSuchProvider();
  return row;
}

function noSuchProvider(): PlinthError {
  return new PlinthError("NOT_FOUND", "There is no such provider.");
}

async function encrypted(engine: Engine, id: string, secret: string | null): Promise<string | null> {
  return secret === null ? null : providerSecrets.encrypt(engine, id, secret);
}

function settingsIn(input: ProviderInput | ProviderChange, before: ProviderSettings): ProviderSettings {
  return {
    otherClientIds: input.other_client_ids ?? before.otherClientIds,
    teamId: input.team_id ?? before.teamId,
    keyId: input.key_id ?? before.keyId,
    scopes: input.scopes ?? before.scopes,
    trustEmail: input.trust_email ?? before.trustEmail,
  };
}

export function settingsOf({ settings }: Pick<AuthProviderRow, "settings">): ProviderSettings {
  return JSON.parse(settings) as ProviderSettings;
}

export function issuerOf({ providerId }: Pick<AuthProviderRow, "providerId">): string {
  return decodeURIComponent(providerId);
}

function describe(engine: Engine, row: AuthProviderRow): AuthProvider {
  const { otherClientIds, teamId, keyId, scopes, trustEmail } = settingsOf(row);
  return {
    name: row.name,
    kind: row.kind as ProviderKind,
    label: row.label,
    issuer: issuerOf(row),
    client_id: row.clientId,
    other_client_ids: [...otherClientIds],
    has_secret: row.secret !== null,
    team_id: teamId ?? null,
    key_id: keyId ?? null,
    scopes: [...scopes],
    trust_email: trustEmail,
    enabled: row.enabled,
    callback_url: callbackUrl(publicAddress(engine, row.workspaceId), row.name),
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}

import { providerIdOf } from "@plinth/auth";
import { OPERATORS_POOL_ID } from "@plinth/core";
import { type AuthProviderRow, listAuthProviderRows, listLinkedAccountRows, unlinkAccountQueries } from "@plinth/db";
import { commit } from "../commit/commit.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { issuerOf } from "./auth-providers.ts";
import { REMOVAL_GUARDS, refuseRemoval } from "./last-method.ts";
import { inOwnPool } from "./own-account.ts";
import { recordOf } from "./security-events.ts";

/** An account at a provider with which the caller can sign in. */
export interface LinkedAccount {
  id: string;
  /** The provider's name; null where the workspace has it no longer. */
  provider: string | null;
  label: string;
  issuer: string;
  /** Whether it can be used now. */
  enabled: boolean;
  created_at: string;
}

/** The caller's own. */
export async function listLinkedAccounts(ctx: RequestContext): Promise<LinkedAccount[]> {
  const { driver, principal } = ctx;
  const { workspaceId } = inOwnPool(ctx).principal;
  const [rows, providers] = await Promise.all([
    listLinkedAccountRows(driver, { workspaceId, userId: principal.id! }),
    providersOf(ctx, workspaceId),
  ]);
  return rows.map(({ id, providerId, createdAt }) => {
    const provider = providers.find((one) => one.providerId === providerId);
    const issuer = issuerOf({ providerId });
    return {
      id,
      provider: provider?.name ?? null,
      label: provider?.label ?? issuer,
      issuer,
      enabled: provider?.enabled ?? false,
      created_at: createdAt.toISOString(),
    };
  });
}

type Provider = Pick<AuthProviderRow, "providerId" | "name" | "label" | "enabled">;

async function providersOf({ engine, driver }: RequestContext, workspaceId: string): Promise<readonly Provider[]> {
  if (workspaceId !== OPERATORS_POOL_ID) return listAuthProviderRows(driver, workspaceId);
  return engine.config.operatorProviders.map(({ name, label, issuer }) => ({
    name,
    label,
    providerId: providerIdOf(issuer),
    enabled: true,
  }));
}

/** Never the last sign-in method. */
export async function unlinkAccount(caller: RequestContext, id: string): Promise<{ id: string }> {
  const ctx = inOwnPool(caller);
  const { driver, principal } = ctx;
  const { workspaceId } = principal;
  const userId = principal.id!;
  const queries = [
    ...unlinkAccountQueries(driver, { workspaceId, userId, id }, REMOVAL_GUARDS),
    recordOf(ctx, { type: "account_unlink", target: `user:${userId}` }),
  ];
  return commit(ctx, { queries, data: { id } }).catch(
    refuseRemoval({ method: "account", none: "You have no such account.", field: "id" }),
  );
}

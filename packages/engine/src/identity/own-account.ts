import { PlinthError } from "@plinth/core";
import { findUser, listAccountRows, type UserRow } from "@plinth/db";
import type { RequestContext } from "../kernel/engine.ts";
import { amongOperators } from "./operators.ts";

/** The provider of accounts that have a password. */
const PASSWORD = "credential";

/** What the caller's own pages show. */
export interface OwnAccount {
  name: string;
  email: string | null;
  email_verified: boolean;
  phone: string | null;
  has_password: boolean;
  has_second_factor: boolean;
}

export async function ownAccount(ctx: RequestContext): Promise<OwnAccount> {
  const { name, email, emailVerified, phone, twoFactorEnabled } = await requireOwnRow(inOwnPool(ctx));
  const accounts = await listAccountRows(ctx.driver, ctx.principal.id!);
  const has_password = accounts.some(({ providerId }) => providerId === PASSWORD);
  return {
    name,
    email,
    email_verified: emailVerified,
    phone,
    has_password,
    has_second_factor: twoFactorEnabled === true,
  };
}

/** The request among the accounts of which the caller's is one: an operator's is in no workspace. */
export function inOwnPool(ctx: RequestContext): RequestContext {
  return ctx.principal.kind === "operator" ? amongOperators(ctx) : ctx;
}

/** The caller's own row. Throws where the request is in another workspace than the caller's account. */
export async function requireOwnRow({ driver, principal }: RequestContext): Promise<UserRow> {
  const user = await findUser(driver, principal.workspaceId, principal.id!);
  if (!user) throw new PlinthError("CONFLICT", "Your account belongs to another workspace than this request.");
  return user;
}

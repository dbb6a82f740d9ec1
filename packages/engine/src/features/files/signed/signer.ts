import { anonymous, type KeyScope, PlinthError, type Principal, ROLE_PUBLIC } from "@plinth/core";
import { findUser } from "@plinth/db";
import { asSignedIn } from "../../../identity/view-as.ts";
import type { RequestContext } from "../../../kernel/engine.ts";
import { textCipher } from "../../../kernel/text-cipher.ts";
import { grantOf, type Holding, inGrantedWorkspace } from "../../../realtime/grant.ts";
import { holderOf } from "../../../realtime/holder.ts";

/**
 * By whose rights a URL is good, as long as they last. A user is meant beyond the session that signed; an operator, whoever acts as a user, and
 * keys are meant with the credential that they used.
 */
type Signer =
  | { readonly kind: "anonymous" }
  /** A function that acts as a role, or as `system`. */
  | { readonly kind: "roles"; readonly roles: readonly string[] }
  | { readonly kind: "user"; readonly id: string; readonly organization: string | null }
  | { readonly kind: "credential"; readonly credential: Holding; readonly issued?: Principal };

/** A URL of more characters is refused by proxies. */
const MOST_CHARS = 3000;

const READS: KeyScope = { actions: ["read"], collections: ["files"] };

/** A URL shows nobody who has signed it. */
const cipher = textCipher("signers of file URLs");

/** The caller, for a URL. */
export async function sealedSigner(ctx: RequestContext): Promise<string> {
  const signer = await signerOf(ctx);
  const sealed = await cipher.encrypt(ctx.engine, ctx.principal.workspaceId, JSON.stringify(signer));
  if (sealed.length <= MOST_CHARS) return sealed;
  throw new PlinthError("LIMIT_EXCEEDED", "Your token says too much about you for a URL: sign with a key.");
}

async function signerOf(ctx: RequestContext): Promise<Signer> {
  const { principal } = ctx;
  const { kind, id, issuer, impersonator, organization } = principal;
  if (kind === "user" && !issuer && impersonator === undefined) {
    return { kind: "user", id: id!, organization: organization?.id ?? null };
  }
  if (principal.functionName !== undefined && kind === "anonymous") {
    const roles = principal.roles.filter((role) => role !== ROLE_PUBLIC);
    return roles.length > 0 ? { kind: "roles", roles } : { kind: "anonymous" };
  }
  const { credential } = await grantOf(ctx);
  if (credential.kind === "none") return { kind: "anonymous" };
  return { kind: "credential", credential, ...(issuer && { issued: principal }) };
}

/** Whoever has signed a URL, with the rights of now. Undefined: an account or credential that has ended. */
export async function openSigner(ctx: RequestContext, sealed: string): Promise<Principal | undefined> {
  const { workspaceId } = ctx.principal;
  const signer = JSON.parse(await cipher.decrypt(ctx.engine, workspaceId, sealed)) as Signer;
  if (signer.kind === "anonymous") return anonymous(workspaceId);
  if (signer.kind === "roles")
    return { ...anonymous(workspaceId), roles: [ROLE_PUBLIC, ...signer.roles], scope: READS };
  if (signer.kind === "user") return userWith(ctx, signer.id, signer.organization);
  const holder = await holderOf(ctx.engine, ctx.driver, signer);
  return (holder && inGrantedWorkspace(holder, workspaceId)) ?? undefined;
}

async function userWith(
  { engine, driver, principal }: RequestContext,
  id: string,
  organization: string | null,
): Promise<Principal | undefined> {
  const user = await findUser(driver, principal.workspaceId, id);
  return !user || user.blockedAt ? undefined : asSignedIn(engine, driver, user, organization);
}

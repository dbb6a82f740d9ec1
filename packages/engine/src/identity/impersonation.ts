import { BLOCKED } from "@plinth/auth";
import { PlinthError, ROLE_ADMIN, toBase64Url, uuidv7 } from "@plinth/core";
import { findUser, findUserRights, insertSession, mustNotBeBlocked } from "@plinth/db";
import { commit, refuseOn } from "../commit/commit.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { plainText } from "../kernel/plain-text.ts";
import * as z from "../kernel/zod.ts";
import { authOf } from "./auth.ts";
import { recordOf } from "./security-events.ts";
import { noSuchUser } from "./users.ts";

const MAX_MINUTES = 60;
const DEFAULT_MINUTES = 15;

export const impersonateSchema = z.strictObject({
  reason: plainText(3, 500).describe("Why; the user sees it in the list of sessions"),
  minutes: z.int().min(1).max(MAX_MINUTES).optional().describe(`How long; ${DEFAULT_MINUTES} unless given`),
});

export interface Impersonation {
  /** A bearer token of the user's. */
  token: string;
  session: string;
  expires_at: string;
  user: { id: string; email: string | null; name: string };
}

/**
 * A session as a user, for an operator who helps. It ends after some minutes however much it is used, and carries who
 * began it and why: the user sees that, and every change names both.
 */
export async function impersonate(
  ctx: RequestContext,
  id: string,
  { reason, minutes = DEFAULT_MINUTES }: z.infer<typeof impersonateSchema>,
): Promise<Impersonation> {
  const { engine, driver, now, principal } = ctx;
  const { workspaceId } = principal;
  const user = await findUser(driver, workspaceId, id);
  if (!user) throw noSuchUser();
  const { roles, operator } = await findUserRights(driver, workspaceId, id);
  if (operator || roles.includes(ROLE_ADMIN)) {
    const message = "Operators and administrators cannot be impersonated: what they do must be their own.";
    throw new PlinthError("CONFLICT", message, { field: "id" });
  }
  const token = toBase64Url(crypto.getRandomValues(new Uint8Array(24)));
  const expiresAt = new Date(now + minutes * 60_000);
  const session = {
    id: uuidv7(now),
    workspaceId,
    userId: id,
    token,
    expiresAt,
    // The operator's address is in the security log; the user need not know it.
    ipAddress: null,
    userAgent: null,
    createdAt: new Date(now),
    updatedAt: new Date(now),
    impersonatedBy: principal.id!,
    impersonationReason: reason,
    activeOrganization: null,
    methods: null,
    authenticatedAt: null,
  };
  const queries = [
    ...mustNotBeBlocked(driver, id, BLOCKED),
    insertSession(driver, session),
    recordOf(ctx, {
      type: "impersonation_start",
      target: `user:${id}`,
      detail: { reason, minutes, session: session.id },
    }),
  ];
  const data = {
    token: await authOf(engine, driver, workspaceId).signToken(token),
    session: session.id,
    expires_at: expiresAt.toISOString(),
    user: { id, email: user.email, name: user.name },
  };
  const blocked = () => new PlinthError("USER_BLOCKED", undefined, { field: "id" });
  return commit(ctx, { queries, data, secret: true }).catch(refuseOn("guard", blocked));
}

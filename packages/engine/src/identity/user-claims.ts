import type { Json, JsonObject, Principal } from "@plinth/core";
import { filledIn, type TokenSettings } from "./token-settings.ts";

/** Holds what a program of the workspace's says of a user, in tokens alone. */
export const HOOK_CLAIM = "custom";

/** Names that a workspace's own claims cannot take: other readers rely on what they mean. */
export const RESERVED_CLAIMS: readonly string[] = [
  "iss",
  "sub",
  "aud",
  "exp",
  "nbf",
  "iat",
  "jti",
  "session_id",
  "workspace",
  "roles",
  "role",
  "email",
  "amr",
  "aal",
  "is_anonymous",
  HOOK_CLAIM,
];

/** What is known of a user who has signed in. */
export interface SignedInUser {
  readonly id: string;
  readonly workspaceId: string;
  /** Null: the user has none. */
  readonly email: string | null;
  /** Assigned roles. */
  readonly roles: readonly string[];
  /** How the user proved to be the owner, separated by spaces. */
  readonly methods: string | null;
}

/** What only the second step of a sign-in proves. */
const SECOND_FACTORS: ReadonlySet<string> = new Set(["totp", "recovery_code"]);

/** What a token says about its user, and what rules see of every signed-in user, with or without a token. */
export function userClaims(
  { id, workspaceId, email, roles, methods }: SignedInUser,
  settings: TokenSettings,
): JsonObject {
  const assigned = roles.toSorted();
  const variables = { "$user.id": id, "$user.email": email, "$user.roles": assigned, "$workspace.id": workspaceId };
  const amr = methods ? methods.split(" ") : [];
  return {
    ...(filledIn(settings.claims, variables) as JsonObject),
    sub: id,
    email,
    roles: assigned,
    amr,
    aal: amr.some((method) => SECOND_FACTORS.has(method)) ? "aal2" : "aal1",
    is_anonymous: false,
  };
}

/** A user with the rights of now, and with what a program has said of it in a token whose signature was right. */
export function withHookClaim(renewed: Principal, custom: Json | undefined): Principal {
  return custom === undefined ? renewed : { ...renewed, claims: { ...renewed.claims, [HOOK_CLAIM]: custom } };
}

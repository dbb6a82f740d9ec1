import { isObject, type Json, type JsonObject, type Principal } from "@plinth/core";
import { type CLAIM_VARIABLES, HOOK_CLAIM } from "./claim-names.ts";
import type { TokenSettings } from "./settings/tokens.ts";

/** What is known of a user who has signed in. */
export interface SignedInUser {
  readonly id: string;
  readonly workspaceId: string;
  /** Null: the user has none. */
  readonly email: string | null;
  /** Whether the user has proven to own the address. */
  readonly emailVerified: boolean;
  /** Assigned roles. */
  readonly roles: readonly string[];
  /** How the user proved to be the owner, separated by spaces. */
  readonly methods: string | null;
  /** The user has no sign-in method of its own. */
  readonly isAnonymous?: boolean | null;
}

/** What only the second step of a sign-in proves. */
const SECOND_FACTORS: ReadonlySet<string> = new Set(["totp", "recovery_code"]);

/** What a token says about its user, and what rules see of every signed-in user, with or without a token. */
export function userClaims(
  { id, workspaceId, email, emailVerified, roles, methods, isAnonymous }: SignedInUser,
  settings: TokenSettings,
): JsonObject {
  const assigned = roles.toSorted();
  // A user without an address may have proven the phone.
  const isVerified = emailVerified && email !== null;
  const variables = {
    "$user.id": id,
    "$user.email": email,
    "$user.verified_email": isVerified ? email : null,
    "$user.roles": assigned,
    "$workspace.id": workspaceId,
  };
  const amr = methods ? methods.split(" ") : [];
  return {
    ...(filledIn(settings.claims, variables) as JsonObject),
    sub: id,
    email,
    email_verified: isVerified,
    roles: assigned,
    amr,
    aal: amr.some((method) => SECOND_FACTORS.has(method)) ? "aal2" : "aal1",
    is_anonymous: isAnonymous === true,
  };
}

type ClaimVariables = Readonly<Record<(typeof CLAIM_VARIABLES)[number], Json>>;

/** The claims with what their variables stand for. */
function filledIn(value: Json, variables: ClaimVariables): Json {
  if (typeof value === "string") return Object.hasOwn(variables, value) ? variables[value as "$user.id"] : value;
  if (Array.isArray(value)) return value.map((item) => filledIn(item, variables));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, filledIn(item, variables)]));
}

/** A user with the rights of now, and with what a program has said of it in a token whose signature was right. */
export function withHookClaim(renewed: Principal, custom: Json | undefined): Principal {
  return custom === undefined ? renewed : { ...renewed, claims: { ...renewed.claims, [HOOK_CLAIM]: custom } };
}

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
  "email_verified",
  "amr",
  "aal",
  "is_anonymous",
  HOOK_CLAIM,
];

/** What a text in a workspace's own claims may stand for. */
export const CLAIM_VARIABLES = [
  "$user.id",
  "$user.email",
  "$user.verified_email",
  "$user.roles",
  "$workspace.id",
] as const;

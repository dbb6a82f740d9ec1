import { index, sqliteTable, text, unique } from "drizzle-orm/sqlite-core";
import { bigint, instant } from "./columns.ts";
import { sessions } from "./sign-in-schema.ts";
import { ofUser } from "./user-schema.ts";
import { entity } from "./workspace-schema.ts";

/** API keys, and what access and refresh tokens need. */

export const apiKeys = sqliteTable(
  "plinth_api_keys",
  {
    ...entity(),
    kind: text("kind").notNull(),
    name: text("name").notNull(),
    /** The first characters, to distinguish keys in a list. */
    prefix: text("prefix").notNull(),
    /** SHA-256 of the key, hex. A key holds 256 random bits, so a fast hash is enough. */
    hash: text("hash").notNull().unique(),
    expiresAt: instant("expires_at"),
    revokedAt: instant("revoked_at"),
    /** Of a scoped key: roles, actions and collections as JSON. */
    scope: text("scope"),
    /** The ranges of addresses that may use it, as JSON; null: all. */
    ipRanges: text("ip_ranges"),
    /** Requests per minute; null: no limit of its own. */
    rateLimit: bigint("rate_limit"),
    /** Exact to the minute. */
    lastUsedAt: instant("last_used_at"),
    /** Increases with each rotation. */
    secretVersion: bigint("secret_version").notNull(),
    /** The hash before the last rotation, which counts until a time. */
    previousHash: text("previous_hash").unique(),
    previousUntil: instant("previous_until"),
    /** `user:id` or `key:id`: who made it, and who rotated it last. Each of them has seen a secret of it. */
    createdBy: text("created_by"),
    rotatedBy: text("rotated_by"),
  },
  (table) => [index("plinth_api_keys_workspace").on(table.workspaceId)],
);

/** What signs a workspace's access tokens. The id is their `kid`. */
export const signingKeys = sqliteTable(
  "plinth_signing_keys",
  {
    ...entity(),
    alg: text("alg").notNull(),
    /** `next`: published, not in use yet. `current`: signs. `retired`: verifies until `verifies_until`. */
    state: text("state").notNull(),
    /** As JSON. Null: the key is a shared secret. */
    publicJwk: text("public_jwk"),
    /** The private key or the shared secret as JWK, encrypted. */
    secret: text("secret").notNull(),
    /** When it began to sign. */
    activatedAt: instant("activated_at"),
    retiredAt: instant("retired_at"),
    verifiesUntil: instant("verifies_until"),
  },
  (table) => [index("plinth_signing_keys_workspace").on(table.workspaceId)],
);

/** A chain of refresh tokens, each of which replaces the one before. It ends with its session. */
export const refreshTokens = sqliteTable(
  "plinth_refresh_tokens",
  {
    ...entity(),
    userId: ofUser(),
    sessionId: text("session_id")
      .notNull()
      .references(() => sessions.id, { onDelete: "cascade" }),
    /** SHA-256 of the token that is valid now, hex, and of the one before it. */
    hash: text("hash").notNull().unique(),
    previousHash: text("previous_hash"),
    rotatedAt: instant("rotated_at").notNull(),
  },
  (table) => [index("plinth_refresh_tokens_session").on(table.sessionId)],
);

/** Whose tokens a workspace accepts beside its own. */
export const trustedIssuers = sqliteTable(
  "plinth_trusted_issuers",
  {
    ...entity(),
    issuer: text("issuer").notNull(),
    /** Where its keys are; null: they are `keys`. */
    jwksUrl: text("jwks_url"),
    /** A JWK set as JSON. */
    keys: text("keys"),
    audience: text("audience").notNull(),
    /** Which claims become the user's id, email and roles, as JSON. */
    claims: text("claims").notNull(),
  },
  (table) => [unique().on(table.workspaceId, table.issuer)],
);

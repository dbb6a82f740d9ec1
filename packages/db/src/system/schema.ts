import { index, primaryKey, sqliteTable, text, unique } from "drizzle-orm/sqlite-core";
import { bigint, booleanColumn, instant } from "./columns.ts";

export * from "./log-schema.ts";

/*
 * Plinth's own tables, declared once for every engine: they use only `text`, `integer` and `bigint`, which SQLite and
 * Postgres share (docs/decisions/002-one-system-schema.md). A test compares them with what the migrations make.
 */

/** Columns that say whose row it is. */
export const ofWorkspace = () =>
  text("workspace_id")
    .notNull()
    .references(() => workspaces.id);
export const ofUser = () =>
  text("user_id")
    .notNull()
    .references(() => users.id, { onDelete: "cascade" });

/** What most rows have. */
const entity = () => ({
  id: text("id").primaryKey(),
  workspaceId: ofWorkspace(),
  createdAt: instant("created_at").notNull(),
});

export const workspaces = sqliteTable("plinth_workspaces", {
  id: text("id").primaryKey(),
  slug: text("slug").notNull().unique(),
  name: text("name").notNull(),
  /**
   * Increases with every change of collections, rules, roles or keys; replicas compare it to find that they are stale.
   */
  revision: bigint("revision").notNull(),
  createdAt: instant("created_at").notNull(),
  /** Since when nobody can use it. */
  archivedAt: instant("archived_at"),
  /** When its deletion was requested. Nobody can use it since then. */
  deletedAt: instant("deleted_at"),
  /** From when its data are deleted; 0: that has begun, and it cannot be restored. */
  purgeAt: instant("purge_at"),
  /** `server`: by an owner of the server, whom nobody else overrules. */
  archivedBy: text("archived_by"),
  deletedBy: text("deleted_by"),
});

/** Slugs that workspaces gave up, which no other may take for a while: old links, cookies and tokens still name them. */
export const heldSlugs = sqliteTable("plinth_held_slugs", {
  slug: text("slug").primaryKey(),
  /** The id of the workspace that had it; null: it is gone, and nothing may name it any more. */
  heldFor: text("held_for"),
  heldUntil: instant("held_until").notNull(),
});

/** How a workspace's users sign up and in, where that differs from the defaults. */
export const authSettings = sqliteTable(
  "plinth_auth_settings",
  {
    workspaceId: ofWorkspace(),
    section: text("section").notNull(),
    name: text("name").notNull(),
    /** As JSON. */
    value: text("value").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.section, table.name] })],
);

export const settings = sqliteTable("plinth_settings", {
  key: text("key").primaryKey(),
  value: text("value").notNull(),
});

export const collections = sqliteTable(
  "plinth_collections",
  {
    ...entity(),
    slug: text("slug").notNull(),
    kind: text("kind").notNull(),
    /** The definition as JSON. */
    definition: text("definition").notNull(),
    version: bigint("version").notNull(),
    tableName: text("table_name").notNull().unique(),
    /** Which change-log triggers the table has: see `triggerVersion`. */
    logged: text("logged"),
  },
  (table) => [unique().on(table.workspaceId, table.slug)],
);

export const roles = sqliteTable(
  "plinth_roles",
  {
    ...entity(),
    name: text("name").notNull(),
    description: text("description"),
  },
  (table) => [unique().on(table.workspaceId, table.name)],
);

export const userRoles = sqliteTable(
  "plinth_user_roles",
  {
    workspaceId: ofWorkspace(),
    userId: ofUser(),
    role: text("role").notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.userId, table.role] })],
);

/** The accounts of the operators' pool that count. */
export const operators = sqliteTable("plinth_operators", {
  userId: ofUser().primaryKey(),
  createdAt: instant("created_at").notNull(),
  /** `owner`: runs the server, and so every workspace. `member`: has the rights of its memberships. */
  role: text("role").notNull(),
});

/** What operators may do in single workspaces. */
export const members = sqliteTable(
  "plinth_workspace_members",
  {
    workspaceId: ofWorkspace(),
    userId: ofUser(),
    role: text("role").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.userId] }),
    index("plinth_workspace_members_user").on(table.userId),
  ],
);

export const rules = sqliteTable(
  "plinth_rules",
  {
    ...entity(),
    role: text("role").notNull(),
    collection: text("collection").notNull(),
    action: text("action").notNull(),
    /** The rule's effect, condition, fields, presets and check as JSON. */
    body: text("body").notNull(),
  },
  (table) => [index("plinth_rules_workspace").on(table.workspaceId)],
);

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

/** What was counted against a limit, shared by all servers: see `limits/`. */
export const limits = sqliteTable(
  "plinth_limits",
  {
    /** What is limited and for whom, hashed. */
    id: text("id").primaryKey(),
    count: bigint("count").notNull(),
    /** Until then nothing more is let through; 0: it is. */
    blockedUntil: bigint("blocked_until").notNull(),
    /** When the count begins anew. */
    endsAt: bigint("ends_at").notNull(),
  },
  (table) => [index("plinth_limits_ends").on(table.endsAt)],
);

export const users = sqliteTable(
  "plinth_users",
  {
    ...entity(),
    name: text("name").notNull(),
    email: text("email").notNull(),
    emailVerified: booleanColumn("email_verified").notNull(),
    image: text("image"),
    updatedAt: instant("updated_at").notNull(),
    twoFactorEnabled: booleanColumn("two_factor_enabled"),
    /** Since when nobody can sign in as this user. */
    blockedAt: instant("blocked_at"),
    /** Set while the user is being deleted: what happens to the items that it owns. */
    removal: text("removal"),
    /** In the form of E.164; its owner has proven to have it. */
    phone: text("phone"),
  },
  (table) => [unique().on(table.workspaceId, table.email), unique().on(table.workspaceId, table.phone)],
);

export const invitations = sqliteTable(
  "plinth_invitations",
  {
    ...entity(),
    email: text("email").notNull(),
    /** A list of names as JSON. */
    roles: text("roles").notNull(),
    /** SHA-256 of the token, hex: a token holds 256 random bits, as a key does. */
    hash: text("hash").notNull().unique(),
    /** `user:id` or `key:id`. */
    createdBy: text("created_by"),
    expiresAt: instant("expires_at").notNull(),
    acceptedAt: instant("accepted_at"),
    acceptedBy: text("accepted_by"),
    revokedAt: instant("revoked_at"),
    /** Of the operators' pool: the workspace to whose members it invites, with one role. */
    memberOf: text("member_of").references(() => workspaces.id),
  },
  (table) => [index("plinth_invitations_workspace").on(table.workspaceId, table.id)],
);

/** Invitations into an organization of the workspace's users. */
export const organizationInvitations = sqliteTable(
  "plinth_organization_invitations",
  {
    ...entity(),
    organizationId: text("organization_id").notNull(),
    email: text("email").notNull(),
    role: text("role").notNull(),
    /** SHA-256 of the token, hex. */
    hash: text("hash").notNull().unique(),
    createdBy: text("created_by"),
    expiresAt: instant("expires_at").notNull(),
    acceptedAt: instant("accepted_at"),
    acceptedBy: text("accepted_by"),
    revokedAt: instant("revoked_at"),
  },
  (table) => [index("plinth_organization_invitations_organization").on(table.organizationId, table.id)],
);

/** What happened to accounts and rights. Ids are in the order of time. */
export const securityLog = sqliteTable(
  "plinth_security_log",
  {
    ...entity(),
    type: text("type").notNull(),
    outcome: text("outcome").notNull(),
    /** `user:id` or `key:id`; null: nobody who was signed in. */
    actor: text("actor"),
    /** The same, or `session:id`, `invitation:id`, `role:name`. */
    target: text("target"),
    address: text("address"),
    /** JSON. Never a secret. */
    detail: text("detail"),
  },
  (table) => [index("plinth_security_log_workspace").on(table.workspaceId, table.id)],
);

export const sessions = sqliteTable(
  "plinth_sessions",
  {
    ...entity(),
    userId: ofUser(),
    token: text("token").notNull().unique(),
    expiresAt: instant("expires_at").notNull(),
    ipAddress: text("ip_address"),
    userAgent: text("user_agent"),
    updatedAt: instant("updated_at").notNull(),
    /** How the user proved to be the owner, separated by spaces, and when. */
    methods: text("methods"),
    authenticatedAt: bigint("authenticated_at"),
    /** The operator who began it, to act as the user, and why. */
    impersonatedBy: text("impersonated_by"),
    impersonationReason: text("impersonation_reason"),
    /** The organization in which the user works now. */
    activeOrganization: text("active_organization"),
  },
  (table) => [index("plinth_sessions_user").on(table.userId)],
);

/** Browsers that have signed in to an account, whose attempts have a count of their own. */
export const devices = sqliteTable(
  "plinth_devices",
  {
    /** SHA-256 of what its cookie holds, hex. */
    id: text("id").primaryKey(),
    userId: ofUser(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [index("plinth_devices_user").on(table.userId, table.createdAt)],
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

/** How a workspace's tokens are made, as JSON. */
export const ownTokenSettings = sqliteTable("plinth_token_settings", {
  workspaceId: ofWorkspace().primaryKey(),
  body: text("body").notNull(),
});

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

export const accounts = sqliteTable(
  "plinth_accounts",
  {
    ...entity(),
    userId: ofUser(),
    /** The subject at the issuer; of a password, the user's id. */
    accountId: text("account_id").notNull(),
    /** The issuer, percent-encoded as in a path; `credential` for a password. */
    providerId: text("provider_id").notNull(),
    accessToken: text("access_token"),
    refreshToken: text("refresh_token"),
    idToken: text("id_token"),
    accessTokenExpiresAt: instant("access_token_expires_at"),
    refreshTokenExpiresAt: instant("refresh_token_expires_at"),
    scope: text("scope"),
    password: text("password"),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [
    index("plinth_accounts_user").on(table.userId),
    unique().on(table.workspaceId, table.providerId, table.accountId),
  ],
);

/** Where users of a workspace have accounts with which they may sign in here. */
export const authProviders = sqliteTable(
  "plinth_auth_providers",
  {
    ...entity(),
    /** In addresses, such as `google`. */
    name: text("name").notNull(),
    kind: text("kind").notNull(),
    label: text("label").notNull(),
    /** As accounts have it: the issuer, percent-encoded. It never changes, so nobody else's subjects get these accounts. */
    providerId: text("provider_id").notNull(),
    clientId: text("client_id").notNull(),
    /** Encrypted: the client secret, or the key that signs one. */
    secret: text("secret"),
    /** What only providers of this kind have, as JSON. */
    settings: text("settings").notNull(),
    enabled: booleanColumn("enabled").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [unique().on(table.workspaceId, table.name), unique().on(table.workspaceId, table.providerId)],
);

export const passkeys = sqliteTable(
  "plinth_passkeys",
  {
    ...entity(),
    userId: ofUser(),
    name: text("name"),
    publicKey: text("public_key").notNull(),
    credentialID: text("credential_id").notNull(),
    /** Grows with each use, where the authenticator counts: a copy of it is found by that. */
    counter: bigint("counter").notNull(),
    deviceType: text("device_type").notNull(),
    backedUp: booleanColumn("backed_up").notNull(),
    transports: text("transports"),
    /** The authenticator's make. */
    aaguid: text("aaguid"),
  },
  (table) => [unique().on(table.workspaceId, table.credentialID), index("plinth_passkeys_user").on(table.userId)],
);

/** The secret of an authenticator app with its recovery codes, both encrypted. */
export const secondFactors = sqliteTable(
  "plinth_second_factors",
  {
    id: text("id").primaryKey(),
    workspaceId: ofWorkspace(),
    userId: ofUser(),
    secret: text("secret").notNull(),
    backupCodes: text("backup_codes").notNull(),
    /** Whether a first code has confirmed it. */
    verified: booleanColumn("verified"),
    failedVerificationCount: bigint("failed_verification_count"),
    lockedUntil: instant("locked_until"),
  },
  (table) => [unique().on(table.userId)],
);

export const verifications = sqliteTable(
  "plinth_verifications",
  {
    ...entity(),
    identifier: text("identifier").notNull(),
    value: text("value").notNull(),
    expiresAt: instant("expires_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [index("plinth_verifications_identifier").on(table.identifier)],
);

/** Messages about users for programs of their workspaces, until they have arrived. */
export const hookMessages = sqliteTable(
  "plinth_hook_messages",
  {
    id: text("id").primaryKey(),
    workspaceId: ofWorkspace(),
    userId: ofUser(),
    hook: text("hook").notNull(),
    /** What the message says beside its user, as JSON. */
    data: text("data").notNull(),
    attempts: bigint("attempts").notNull(),
    dueAt: bigint("due_at").notNull(),
    createdAt: bigint("created_at").notNull(),
  },
  (table) => [index("plinth_hook_messages_due").on(table.dueAt), index("plinth_hook_messages_user").on(table.userId)],
);

/** Keys under which writes happen once, with the answers that were sent: see `idempotency.ts`. */
export const idempotency = sqliteTable(
  "plinth_idempotency",
  {
    id: text("id").primaryKey(),
    workspaceId: ofWorkspace(),
    hash: text("hash").notNull(),
    state: text("state").notNull(),
    token: text("token").notNull(),
    leaseUntil: bigint("lease_until").notNull(),
    outcome: text("outcome"),
    status: bigint("status"),
    etag: text("etag"),
    body: text("body"),
    createdAt: bigint("created_at").notNull(),
    version: bigint("version").notNull(),
  },
  (table) => [index("plinth_idempotency_created").on(table.createdAt)],
);

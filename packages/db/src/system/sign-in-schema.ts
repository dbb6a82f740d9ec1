import { index, primaryKey, sqliteTable, text, unique } from "drizzle-orm/sqlite-core";
import { bigint, booleanColumn, instant } from "./columns.ts";
import { ofUser } from "./user-schema.ts";
import { entity, ofWorkspace } from "./workspace-schema.ts";

/** Sessions, and the methods by which users sign in. */

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
  (table) => [index("plinth_sessions_user").on(table.userId), index("plinth_sessions_expires").on(table.expiresAt)],
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

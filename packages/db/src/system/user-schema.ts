import { index, primaryKey, sqliteTable, text, unique } from "drizzle-orm/sqlite-core";
import { address, booleanColumn, instant } from "./columns.ts";
import { entity, ofWorkspace, workspaces } from "./workspace-schema.ts";

/** Users with their roles, operators, and invitations. */

/** The user that the row belongs to. */
export const ofUser = () =>
  text("user_id")
    .notNull()
    .references(() => users.id, { onDelete: "cascade" });

/** The columns of users. `email`: how it is read. */
export const userColumns = <Email>(email: Email) => ({
  ...entity(),
  name: text("name").notNull(),
  email,
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
  /** The user has no sign-in method of its own: the end of its sessions is the end of its use. */
  isAnonymous: booleanColumn("is_anonymous"),
});

export const users = sqliteTable("plinth_users", userColumns(address("email").notNull()), (table) => [
  unique().on(table.workspaceId, table.email),
  unique().on(table.workspaceId, table.phone),
  index("plinth_users_anonymous").on(table.isAnonymous, table.createdAt),
  index("plinth_users_removal").on(table.removal),
]);

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
  (table) => [
    index("plinth_invitations_workspace").on(table.workspaceId, table.id),
    index("plinth_invitations_expires").on(table.expiresAt),
    index("plinth_invitations_member").on(table.memberOf, table.id),
  ],
);

/** The versions of their workspace's terms to which users have agreed. */
export const agreements = sqliteTable(
  "plinth_agreements",
  {
    userId: ofUser(),
    version: text("version").notNull(),
    /** Where the terms were then. */
    url: text("url").notNull(),
    agreedAt: instant("agreed_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.version] })],
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
  (table) => [
    index("plinth_organization_invitations_organization").on(table.organizationId, table.id),
    index("plinth_organization_invitations_expires").on(table.expiresAt),
  ],
);

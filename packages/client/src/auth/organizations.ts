import { type Page, type PageOptions, pageQuery } from "../page.ts";
import type { Ask } from "./request.ts";

export type OrganizationRole = "owner" | "admin" | "member";

export interface Organization {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly created_at: string;
  /** The user's own. */
  readonly role: OrganizationRole | null;
}

export interface OrganizationMember {
  readonly user: string;
  readonly name: string | null;
  readonly role: OrganizationRole;
  readonly created_at: string;
}

export interface OrganizationInvitation {
  readonly id: string;
  readonly email: string;
  readonly role: OrganizationRole;
  readonly created_at: string;
  readonly created_by: string | null;
  readonly expires_at: string;
}

export interface NewOrganizationInvitation {
  readonly email: string;
  /** Default: `member`. */
  readonly role?: OrganizationRole;
  /** Your page that accepts, one of the workspace's `redirects.urls`. */
  readonly accept_url?: string;
  readonly send_mail?: boolean;
}

/** Only the answer that makes an invitation has these. */
export interface InvitationSecrets {
  readonly token: string;
  readonly link: string;
}

export interface ActiveOrganization {
  readonly organization: string | null;
  readonly role: OrganizationRole | null;
}

export interface Team {
  readonly id: string;
  readonly name: string;
  readonly created_at: string;
}

export interface TeamMember {
  readonly user: string;
  readonly name: string | null;
}

export interface OrganizationsFlow {
  list(): Promise<readonly Organization[]>;
  get(id: string): Promise<Organization>;
  create(organization: { readonly name: string; readonly slug: string }): Promise<Organization>;
  update(id: string, change: { readonly name?: string; readonly slug?: string }): Promise<Organization>;
  /** `confirm`: its slug. */
  delete(id: string, confirm: string): Promise<void>;
  /** Chooses the organization in which this session works; null: none. */
  activate(organization: string | null): Promise<ActiveOrganization>;
  /** Becomes a member, by the token of an invitation. */
  accept(invitation: string): Promise<{ readonly organization: string; readonly role: OrganizationRole }>;
  readonly members: {
    /** In the order in which they joined. */
    list(id: string, page?: PageOptions): Promise<Page<OrganizationMember>>;
    setRole(id: string, user: string, role: OrganizationRole): Promise<OrganizationMember>;
    /** Or leaves, by the user's own id. */
    remove(id: string, user: string): Promise<void>;
  };
  readonly invitations: {
    list(id: string): Promise<readonly OrganizationInvitation[]>;
    create(id: string, invitation: NewOrganizationInvitation): Promise<OrganizationInvitation & InvitationSecrets>;
    revoke(id: string, invitation: string): Promise<void>;
  };
  readonly teams: {
    list(id: string): Promise<readonly Team[]>;
    create(id: string, name: string): Promise<Team>;
    rename(id: string, team: string, name: string): Promise<Team>;
    delete(id: string, team: string): Promise<void>;
    members(id: string, team: string, page?: PageOptions): Promise<Page<TeamMember>>;
    add(id: string, team: string, user: string): Promise<void>;
    remove(id: string, team: string, user: string): Promise<void>;
  };
}

export function organizationsFlow(ask: Ask): OrganizationsFlow {
  type Request = Parameters<Ask["response"]>;
  const data = async <T>(...request: Request): Promise<T> => (await ask<{ data: T }>(...request)).data;
  const nothing = async (...request: Request): Promise<void> => void (await ask(...request));
  return {
    list: () => data("GET", ROOT),
    get: (id) => data("GET", pathOf(id)),
    create: (body) => data("POST", ROOT, { body }),
    update: (id, body) => data("PATCH", pathOf(id), { body }),
    delete: (id, confirm) => nothing("DELETE", pathOf(id), { query: { confirm } }),
    activate: (organization) => data("PUT", "api/active-organization", { body: { organization } }),
    accept: (invitation) => data("POST", "api/organization-invitations/accept", { body: { invitation } }),
    members: {
      list: (id, page = {}) => ask("GET", pathOf(id, "members"), { query: pageQuery(page, "members.list") }),
      setRole: (id, user, role) => data("PATCH", pathOf(id, "members", user), { body: { role } }),
      remove: (id, user) => nothing("DELETE", pathOf(id, "members", user)),
    },
    invitations: {
      list: (id) => data("GET", pathOf(id, "invitations")),
      create: (id, body) => data("POST", pathOf(id, "invitations"), { body }),
      revoke: (id, invitation) => nothing("DELETE", pathOf(id, "invitations", invitation)),
    },
    teams: {
      list: (id) => data("GET", pathOf(id, "teams")),
      create: (id, name) => data("POST", pathOf(id, "teams"), { body: { name } }),
      rename: (id, team, name) => data("PATCH", pathOf(id, "teams", team), { body: { name } }),
      delete: (id, team) => nothing("DELETE", pathOf(id, "teams", team)),
      members: (id, team, page = {}) =>
        ask("GET", pathOf(id, "teams", team, "members"), { query: pageQuery(page, "teams.members") }),
      add: (id, team, user) => nothing("PUT", pathOf(id, "teams", team, "members", user)),
      remove: (id, team, user) => nothing("DELETE", pathOf(id, "teams", team, "members", user)),
    },
  };
}

const ROOT = "api/organizations";

function pathOf(...parts: readonly string[]): string {
  return [ROOT, ...parts.map(encodeURIComponent)].join("/");
}

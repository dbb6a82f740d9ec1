import { type CommandGroup, flag, text } from "../command.ts";
import { usage } from "../errors.ts";
import { encoded, prefixesOf, requestCommand } from "../request-command.ts";

const WORKSPACE = ["slug", "name", "state", "purge_at", "id"];
const HOST = ["host", "created_at"];
const MEMBER = ["email", "role", "name", "id"];
const MEMBER_ROLES = ["owner", "admin", "developer", "editor", "viewer"];
const NAMED = "WORKSPACE is its slug or its id.\n";

const at = (name: string | undefined) => `/api/workspaces/${encoded(name)}`;

const changed = (name: string, summary: string) =>
  requestCommand({
    summary,
    access: "operator",
    args: ["WORKSPACE"],
    notes: NAMED,
    request: ([workspace]) => ["POST", `${at(workspace)}/${name}`, {}],
    columns: WORKSPACE,
  });

const onHost = (method: string, summary: string) =>
  requestCommand({
    summary,
    access: "operator",
    args: ["WORKSPACE", "HOST"],
    notes: NAMED,
    request: ([workspace, host]) => [method, `${at(workspace)}/hosts/${encoded(host)}`],
    columns: HOST,
  });

export const WORKSPACES: CommandGroup = {
  summary: "the workspaces of a server",
  actions: {
    list: requestCommand({
      summary: "list the workspaces in which you may act",
      access: "operator",
      request: () => ["GET", "/api/workspaces"],
      columns: WORKSPACE,
    }),
    create: requestCommand({
      summary: "make a workspace",
      access: "operator",
      args: ["SLUG"],
      options: { name: text("NAME", "unless given, the slug") },
      request: ([slug], { name = slug }) => ["POST", "/api/workspaces", { slug, name }],
      columns: WORKSPACE,
    }),
    rename: requestCommand({
      summary: "change the slug or the name of a workspace",
      access: "operator",
      args: ["WORKSPACE"],
      options: { slug: text("NEW", "the new slug"), name: text("NAME", "the new name") },
      notes: NAMED,
      request([workspace], { slug, name }) {
        if (slug === undefined && name === undefined) throw usage("Say what to change with --slug or --name");
        return ["PATCH", at(workspace), { slug, name }];
      },
      columns: WORKSPACE,
    }),
    archive: changed("archive", "let nobody use a workspace; nothing is deleted"),
    unarchive: changed("unarchive", "let an archived workspace be used again"),
    delete: requestCommand({
      summary: "delete a workspace with all that it holds; it can be restored for some days",
      access: "operator",
      args: ["WORKSPACE"],
      options: {
        confirm: text("SLUG", "the slug of the workspace again"),
        "grace-days": text("N", "for how many days it can be restored"),
      },
      notes: NAMED,
      request([workspace], { confirm, "grace-days": days }) {
        const query = new URLSearchParams({
          ...(confirm !== undefined && { confirm }),
          ...(days !== undefined && { grace_days: days }),
        });
        return ["DELETE", `${at(workspace)}?${query}`];
      },
      columns: WORKSPACE,
    }),
    restore: changed("restore", "restore a deleted workspace"),
    hosts: requestCommand({
      summary: "list the host names that mean a workspace",
      access: "operator",
      args: ["WORKSPACE"],
      notes: NAMED,
      request: ([workspace]) => ["GET", `${at(workspace)}/hosts`],
      columns: HOST,
    }),
    "add-host": onHost("PUT", "let a host name mean a workspace"),
    "remove-host": onHost("DELETE", "let a host name no longer mean a workspace"),
  },
};

const MEMBER_OPTIONS = {
  "revoke-keys": flag("end the keys that the member made, where it may make none from now on; else they go on"),
};

export const MEMBERS: CommandGroup = {
  summary: "the operators who are members of a workspace",
  actions: {
    list: requestCommand({
      summary: "list the members",
      access: "operator",
      request: () => ["GET", "/api/members"],
      columns: MEMBER,
    }),
    invite: requestCommand({
      summary: "invite an operator, and show the link",
      access: "operator",
      args: ["EMAIL", "ROLE"],
      options: { "send-mail": flag("send the link, too") },
      notes: `ROLE is one of ${MEMBER_ROLES.join(", ")}.\n`,
      request: ([email, role], { "send-mail": send_mail }) => [
        "POST",
        "/api/member-invitations",
        { email, role, send_mail },
      ],
      columns: ["email", "role", "link"],
    }),
    role: requestCommand({
      summary: "change the role of a member",
      access: "operator",
      args: ["ID", "ROLE"],
      options: MEMBER_OPTIONS,
      notes: `ROLE is one of ${MEMBER_ROLES.join(", ")}.\n`,
      request: ([id, role], { "revoke-keys": revoke }) => ["PATCH", memberPath(id, revoke), { role }],
      columns: [...MEMBER, "keys_revoked", "keys"],
      rows: (member) => [{ ...member, keys: prefixesOf(member.keys) }],
    }),
    remove: requestCommand({
      summary: "remove a member, or leave",
      access: "operator",
      args: ["ID"],
      options: MEMBER_OPTIONS,
      request: ([id], { "revoke-keys": revoke }) => ["DELETE", memberPath(id, revoke)],
      columns: ["id", "keys_revoked", "keys"],
      rows: ({ id, keys_revoked, keys }) => [{ id, keys_revoked, keys: prefixesOf(keys) }],
    }),
  },
};

function memberPath(id: string | undefined, revokeKeys: boolean): string {
  return `/api/members/${encoded(id)}${revokeKeys ? "?revoke_keys=true" : ""}`;
}

import { encoded, type ManageActions } from "./manage.ts";
import { usage } from "./options.ts";

const WORKSPACE = ["slug", "name", "state", "purge_at", "id"];
const HOST = ["host", "created_at"];
const MEMBER = ["email", "role", "name", "id"];
const at = (name: string | undefined) => `/api/workspaces/${encoded(name)}`;
const changed = (name: string): ManageActions[string] => ({
  args: ["WORKSPACE"],
  request: ([workspace]) => ["POST", `${at(workspace)}/${name}`, {}],
  columns: WORKSPACE,
});

const onHost = (method: string): ManageActions[string] => ({
  args: ["WORKSPACE", "HOST"],
  request: ([workspace, host]) => [method, `${at(workspace)}/hosts/${encoded(host)}`],
  columns: HOST,
});

/** `plinth workspaces …` */
export const WORKSPACES: ManageActions = {
  list: { args: [], request: () => ["GET", "/api/workspaces"], columns: WORKSPACE },
  create: {
    args: ["SLUG"],
    options: ["name"],
    request: ([slug], { name = slug }) => ["POST", "/api/workspaces", { slug, name }],
    columns: WORKSPACE,
  },
  rename: {
    args: ["WORKSPACE"],
    options: ["slug", "name"],
    request([workspace], { slug, name }) {
      if (slug === undefined && name === undefined) throw usage("Say what to change with --slug or --name");
      return ["PATCH", at(workspace), { slug, name }];
    },
    columns: WORKSPACE,
  },
  archive: changed("archive"),
  unarchive: changed("unarchive"),
  restore: changed("restore"),
  delete: {
    args: ["WORKSPACE"],
    options: ["confirm", "grace-days"],
    request([workspace], { confirm, "grace-days": days }) {
      const query = new URLSearchParams({
        ...(confirm !== undefined && { confirm }),
        ...(days !== undefined && { grace_days: days }),
      });
      return ["DELETE", `${at(workspace)}?${query}`];
    },
    columns: WORKSPACE,
  },
  hosts: { args: ["WORKSPACE"], request: ([workspace]) => ["GET", `${at(workspace)}/hosts`], columns: HOST },
  "add-host": onHost("PUT"),
  "remove-host": onHost("DELETE"),
};

/** `plinth members …` */
export const MEMBERS: ManageActions = {
  list: { args: [], request: () => ["GET", "/api/members"], columns: MEMBER },
  invite: {
    args: ["EMAIL", "ROLE"],
    options: ["send-mail"],
    request: ([email, role], { "send-mail": send_mail }) => [
      "POST",
      "/api/member-invitations",
      { email, role, send_mail },
    ],
    columns: ["email", "role", "link"],
  },
  role: {
    args: ["ID", "ROLE"],
    options: ["revoke-keys"],
    request: ([id, role], { "revoke-keys": revoke }) => ["PATCH", memberPath(id, revoke), { role }],
    columns: [...MEMBER, "keys_revoked", "keys"],
    rows: (member) => [{ ...member, keys: prefixesOf(member.keys) }],
  },
  remove: {
    args: ["ID"],
    options: ["revoke-keys"],
    request: ([id], { "revoke-keys": revoke }) => ["DELETE", memberPath(id, revoke)],
    columns: ["id", "keys_revoked", "keys"],
    rows: ({ id, keys_revoked, keys }) => [{ id, keys_revoked, keys: prefixesOf(keys) }],
  },
};

function memberPath(id: string | undefined, revokeKeys: unknown): string {
  return `/api/members/${encoded(id)}${revokeKeys ? "?revoke_keys=true" : ""}`;
}

/** Of the keys that somebody has made who loses rights; there may be none. */
function prefixesOf(keys: unknown): string {
  return ((keys ?? []) as { prefix: string }[]).map(({ prefix }) => prefix).join(" ");
}

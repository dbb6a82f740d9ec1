import {
  assignRolesSchema,
  createKeySchema,
  createRoleSchema,
  createRuleSchema,
  createWorkspaceSchema,
  simulateSchema,
  updateRuleSchema,
} from "@plinth/engine";
import { filter as rulesQuery } from "../permissions.ts";
import { page as usersQuery } from "../users.ts";
import { data, FLAG, INSTANT, listOf, nullable, type Operation, object, ref, TEXT, UUID } from "./types.ts";
import { ONCE } from "./write-operations.ts";
import { parametersOf, schemaOf } from "./zod-schema.ts";

const me = object({
  kind: { type: "string", enum: ["anonymous", "user", "key"] },
  "id?": UUID,
  "email?": TEXT,
  "name?": TEXT,
  roles: listOf(TEXT),
  workspace: object({ id: UUID, slug: TEXT }),
  operator: FLAG,
  admin: FLAG,
});
const workspace = object({ id: UUID, slug: TEXT, name: TEXT, created_at: INSTANT });
const keyFields = {
  id: UUID,
  name: TEXT,
  kind: { type: "string", enum: ["publishable", "secret"] },
  prefix: TEXT,
  created_at: INSTANT,
  expires_at: nullable(INSTANT),
};
const newKey = object({ ...keyFields, key: { type: "string", description: "The key itself, shown only here" } });
const user = object({ id: UUID, email: TEXT, name: TEXT, created_at: INSTANT, roles: listOf(TEXT) });
const role = object({ name: TEXT, description: nullable(TEXT), system: FLAG, created_at: INSTANT });

/** Everything about a workspace that is not its data. */
export function workspaceOperations(): Operation[] {
  return [...identity(), ...rules()];
}

function identity(): Operation[] {
  return [
    {
      ...get("getMe", "/api/me", "Accounts", "Who you are to this server", data(me)),
      access: "caller",
    },
    {
      ...get("listWorkspaces", "/api/workspaces", "Workspaces", "All workspaces", data(listOf(workspace))),
      access: "operator",
    },
    {
      ...post("createWorkspace", "/api/workspaces", "Workspaces", "Make a workspace", data(workspace)),
      access: "operator",
      body: schemaOf(createWorkspaceSchema),
      errors: ["CONFLICT"],
    },
    get("listKeys", "/api/keys", "Keys", "The workspace's API keys", data(listOf(object(keyFields)))),
    {
      ...post("createKey", "/api/keys", "Keys", "Make an API key", data(newKey)),
      body: schemaOf(createKeySchema),
    },
    remove("revokeKey", "/api/keys/{id}", "Keys", "Revoke an API key"),
    {
      ...get("listUsers", "/api/users", "Users", "The workspace's users", data(listOf(user))),
      parameters: parametersOf(usersQuery),
    },
    {
      ...post("assignRoles", "/api/users/{id}/roles", "Users", "Set a user's roles", data(user)),
      method: "put",
      status: 200,
      body: schemaOf(assignRolesSchema),
      errors: ["NOT_FOUND", "CONFLICT"],
    },
    get("listRoles", "/api/roles", "Roles", "The workspace's roles", data(listOf(role))),
    {
      ...post("createRole", "/api/roles", "Roles", "Make a role", data(role)),
      body: schemaOf(createRoleSchema),
      errors: ["CONFLICT"],
    },
    {
      ...remove("deleteRole", "/api/roles/{name}", "Roles", "Delete a role and its rules"),
      errors: ["NOT_FOUND", "CONFLICT"],
    },
  ];
}

function rules(): Operation[] {
  const one = "/api/permissions/{id}";
  return [
    {
      ...get("listRules", "/api/permissions", "Rules", "The workspace's rules", data(listOf(ref("Rule")))),
      parameters: parametersOf(rulesQuery),
    },
    {
      ...post("createRule", "/api/permissions", "Rules", "Make a rule", data(ref("Rule"))),
      body: schemaOf(createRuleSchema),
      errors: ["UNKNOWN_OPERATOR"],
    },
    {
      ...post("simulate", "/api/permissions/simulate", "Rules", "Explain what the rules decide", data(ref("Decision"))),
      // It writes nothing.
      parameters: [],
      status: 200,
      body: schemaOf(simulateSchema),
      errors: ["COLLECTION_NOT_FOUND", "ITEM_NOT_FOUND"],
    },
    {
      ...post("updateRule", one, "Rules", "Change a rule", data(ref("Rule"))),
      method: "patch",
      status: 200,
      body: schemaOf(updateRuleSchema),
      errors: ["NOT_FOUND"],
    },
    remove("deleteRule", one, "Rules", "Delete a rule"),
  ];
}

type Made = Omit<Operation, "status"> & { status?: number };

function get(id: string, path: string, tag: string, summary: string, response: Operation["response"]): Made {
  return { id, method: "get", path, tag, summary, access: "admin", response };
}

function post(id: string, path: string, tag: string, summary: string, response: Operation["response"]): Made {
  return { id, method: "post", path, tag, summary, access: "admin", parameters: [ONCE], status: 201, response };
}

function remove(id: string, path: string, tag: string, summary: string): Made {
  return {
    id,
    method: "delete",
    path,
    tag,
    summary,
    access: "admin",
    parameters: [ONCE],
    response: data(object({ id: TEXT })),
    errors: ["NOT_FOUND"],
  };
}

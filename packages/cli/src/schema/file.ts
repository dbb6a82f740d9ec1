import { expectedOneOf, SYSTEM_COLLECTIONS } from "@plinth/core";
import type { Api } from "../api.ts";
import { usage } from "../errors.ts";
import { jsonInput } from "../json-input.ts";
import type { ApiObject } from "../request-command.ts";
import type { Terminal } from "../terminal.ts";
import { asSystem } from "./built-in.ts";

/** What `plinth schema` moves between servers, as the requests of the API take it. */
export interface SchemaFile {
  readonly collections: readonly SchemaCollection[];
  /** Without them, those of the server stay as they are. */
  readonly roles?: readonly SchemaRole[];
  readonly rules?: readonly SchemaRule[];
}

export interface SchemaCollection extends ApiObject {
  readonly slug: string;
  readonly kind?: string;
  /** Which of the built-in collections it is; absent: one of the workspace's own. */
  readonly system?: string;
  readonly fields: readonly SchemaField[];
}

export interface SchemaField extends ApiObject {
  readonly name: string;
  readonly type: string;
  readonly to?: string;
}

export interface SchemaRole extends ApiObject {
  readonly name: string;
}

export type SchemaRule = ApiObject;

/** The schema of a server, and the ids of its rules. */
export interface ServerSchema {
  readonly schema: Required<SchemaFile>;
  /** In the order of the rules. */
  readonly ruleIds: readonly string[];
}

const SERVER_SET: readonly string[] = ["id", "version", "created_at", "system_fields"];

export async function serverSchema(api: Api): Promise<ServerSchema> {
  const read = async (path: string) => (await api.manage("GET", path, undefined)).data as ApiObject[];
  const [collections, roles, rules] = await Promise.all([
    read("/api/collections"),
    read("/api/roles"),
    read("/api/permissions"),
  ]);
  return {
    schema: {
      collections: collections.map((one) => without(one, SERVER_SET) as SchemaCollection),
      // Every workspace has the built-in ones.
      roles: roles.filter(({ system }) => !system).map((one) => without(one, [...SERVER_SET, "system"]) as SchemaRole),
      rules: rules.map((one) => withoutNothing(without(one, SERVER_SET))),
    },
    ruleIds: rules.map(({ id }) => String(id)),
  };
}

export async function readSchema(path: string, terminal: Terminal): Promise<SchemaFile> {
  const file = (await jsonInput(path, undefined, terminal)) as Partial<SchemaFile>;
  for (const [key, value] of Object.entries(file)) {
    if (!["collections", "roles", "rules"].includes(key)) throw usage(`${path}: ${key} is no part of a schema`);
    if (!Array.isArray(value)) throw usage(`${path}: ${key} expects a list`);
  }
  const { collections, roles = [] } = file;
  if (!collections) throw usage(`${path}: collections is missing`);
  for (const [i, { slug, system, fields }] of collections.entries()) {
    if (typeof slug !== "string") throw usage(`${path}: collections.${i}.slug expects a text`);
    if (!Array.isArray(fields) || !fields.every((field) => typeof (field as SchemaField)?.name === "string"))
      throw usage(`${path}: collections.${i}.fields expects a list of fields with their names`);
    if (system !== undefined && !asSystem(system))
      throw usage(`${path}: collections.${i}.system: ${expectedOneOf(SYSTEM_COLLECTIONS, system)}`);
    if (system !== undefined && system !== "users" && system !== slug)
      throw usage(`${path}: collections.${i}.slug: the built-in collection ${system} has no other name`);
  }
  for (const [i, { name }] of roles.entries())
    if (typeof name !== "string") throw usage(`${path}: roles.${i}.name expects a text`);
  return {
    ...(file as SchemaFile),
    collections: collections.map((one) => without(one, SERVER_SET) as SchemaCollection),
    ...(file.rules && { rules: file.rules.flatMap(oneAction).map((one) => withoutNothing(without(one, SERVER_SET))) }),
  };
}

function without(object: ApiObject, keys: readonly string[]): ApiObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

/** The server makes a rule of each action. */
function oneAction(rule: SchemaRule): SchemaRule[] {
  return Array.isArray(rule.action) ? rule.action.map((action: unknown) => ({ ...rule, action })) : [rule];
}

/** A rule says the same with null as without the key. */
function withoutNothing(rule: ApiObject): ApiObject {
  return Object.fromEntries(Object.entries({ effect: "allow", ...rule }).filter(([, value]) => value !== null));
}

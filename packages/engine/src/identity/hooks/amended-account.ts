import type { SignUpAmendment } from "@plinth/auth";
import {
  anonymous,
  type Collection,
  coerce,
  excerpt,
  type Field,
  FULL_ACCESS,
  isObject,
  isReference,
  isVirtual,
  type Json,
  type JsonObject,
  PlinthError,
  type SqlDriver,
} from "@plinth/core";
import { bind } from "../../kernel/bindings.ts";
import type { Engine, RequestContext } from "../../kernel/engine.ts";
import { plainText } from "../../kernel/plain-text.ts";
import { contextOf } from "../../kernel/request-context.ts";
import { hasId } from "../../read/conditions.ts";
import { pageLink } from "../settings/page-link.ts";
import { HookFailure } from "./hook-failure.ts";

/** Of the account itself. All other fields are those that the workspace has added to its collection of users. */
const OF_ACCOUNT = { name: plainText(1, 200), image: pageLink.nullable() };

/** Where the answer of a program names what is stored of a new account. */
const KEY = "user";

/**
 * What a program's answer amends of a new account. Throws `HookFailure` for what the settings do not list, and for a value that no
 * write could store.
 */
export async function amendmentIn(
  engine: Engine,
  driver: SqlDriver,
  { workspaceId, listed, answer }: { workspaceId: string; listed: readonly string[]; answer: JsonObject },
): Promise<SignUpAmendment | undefined> {
  const { [KEY]: given } = answer;
  if (given === undefined) return undefined;
  if (!isObject(given)) throw new HookFailure(`${KEY}: is not an object`);
  const catalog = await engine.catalogs.get(driver, workspaceId);
  const ctx = contextOf(engine, driver, anonymous(workspaceId), catalog);
  const account: JsonObject = {};
  const profile: JsonObject = {};
  for (const [name, value] of Object.entries(given)) {
    if (!listed.includes(name)) throw new HookFailure(`${KEY}.${excerpt(name)}: is not in hooks.sign_up_fields`);
    if (Object.hasOwn(OF_ACCOUNT, name)) account[name] = accountValue(name as keyof typeof OF_ACCOUNT, value);
    else profile[name] = await profileValue(ctx, name, value);
  }
  return { account: account as SignUpAmendment["account"], profile };
}

function accountValue(name: keyof typeof OF_ACCOUNT, value: Json): Json {
  const { data, error } = OF_ACCOUNT[name].safeParse(value);
  if (error) throw new HookFailure(`${KEY}.${name}: ${error.issues[0]!.message}`);
  return data as Json;
}

async function profileValue(ctx: RequestContext, name: string, value: Json): Promise<Json> {
  const at = `${KEY}.${name}`;
  const users = [...ctx.catalog.collections.values()].find(({ system }) => system === "users");
  const field = users?.fields.find((one) => one.name === name);
  if (!users || !field) throw new HookFailure(`${at}: users has no such field`);
  const problem = unsuitable(ctx, users, field);
  if (problem) throw new HookFailure(`${at}: ${problem}`);
  if (value === null && field.required) throw new HookFailure(`${at}: is required and cannot be null`);
  if (value === null) return null;
  const checked = checkedValue(field, value, at);
  if (isReference(field)) await requireItem(ctx, field, checked, at);
  return checked;
}

/** Why a hook cannot give a value to this field, whichever it is. */
function unsuitable({ catalog }: RequestContext, users: Collection, field: Field): string | undefined {
  if (isVirtual(field)) return "lists of items are stored by a write after the sign-up";
  // The sign-up would fail with an error about the address.
  if (field.unique || users.unique_together?.some((names) => names.includes(field.name))) {
    return "is unique, and would refuse sign-ups without telling why: store it by a write after the sign-up";
  }
  const isOwn = !isReference(field) || catalog.collections.get(field.to!)?.system === undefined;
  return isOwn && !field.delete_with_item ? undefined : "refers to a built-in collection";
}

/** The log outlives the account, so it names the field and not the value. */
function checkedValue(field: Field, value: Json, at: string): Json {
  try {
    return coerce(field, value, at);
  } catch (error) {
    if (!(error instanceof PlinthError)) throw error;
    throw new HookFailure(`${at}: is no value for a field of the type ${field.type}`, error.message);
  }
}

async function requireItem(ctx: RequestContext, { to }: Field, id: Json, at: string): Promise<void> {
  const collection = ctx.catalog.collections.get(to!);
  if (collection) {
    const where = hasId(collection, String(id));
    const tree = { collection, policy: FULL_ACCESS, where, select: null, sort: [], limit: { value: 1 } };
    const { rows } = await ctx.source(collection).store.find(tree, bind(ctx, []));
    if (rows.length > 0) return;
  }
  throw new HookFailure(`${at}: there is no such item`);
}

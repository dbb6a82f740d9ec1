import {
  type Action,
  ALWAYS,
  and,
  type Collection,
  type Condition,
  invalid,
  isAlways,
  isBuiltInField,
  type Json,
  NEVER,
  not,
  or,
  PlinthError,
  type Principal,
  type Rule,
  type SystemCollection,
  type Transition,
  usesRelations,
} from "@plinth/core";
import { isHooked } from "../kernel/before-write.ts";
import { type Catalog, memoize, roleKey } from "../kernel/catalog.ts";
import { type CompiledRule, refusal, rulesFor } from "./read-policy.ts";

/** What a principal's write must satisfy. */
export interface WritePolicy {
  /** Rows that may be changed or deleted, in their state before the write. */
  readonly where: Condition;
  /** The condition that every resulting row must satisfy. */
  readonly check: Condition;
  /** `check` requires no more than `where`, so a write that touches none of its fields cannot violate it. A hook may touch others. */
  readonly checkFollows: boolean;
  /**
   * Each rule's condition with its own check, where they differ: a row that only one rule lets the caller change must
   * satisfy this rule's check afterwards. A check through relations is left out, as it runs after the rest of the
   * batch.
   */
  readonly transitions?: readonly Transition[];
  readonly presets: Readonly<Record<string, Json>>;
}

const UNBOUNDED: WritePolicy = { where: ALWAYS, check: ALWAYS, checkFollows: true, presets: {} };

/** The fields that a write touches. */
export interface TouchedFields {
  readonly fields: readonly string[];
  /** A replaced document loses the keys that are not in the body, so the write touches every key. */
  readonly everyKey: boolean;
}

/** Throws `UNAUTHORIZED`, `FORBIDDEN` or `FIELD_FORBIDDEN`. A list of fields contains those in the caller's body. */
export function requireWriteAccess(
  catalog: Catalog,
  principal: Principal,
  collection: Collection,
  action: Exclude<Action, "read">,
  fields: readonly string[] | TouchedFields,
): WritePolicy {
  if (collection.system) requireOwnPart(principal, collection, action, "fields" in fields ? fields.fields : fields);
  return requireRules(catalog, principal, collection, action, fields);
}

/**
 * For an undo: what services have written of a file comes back, as far as the rules let the caller write it. For all other collections it is
 * what a write needs.
 */
export function requireUndoAccess(...access: Parameters<typeof requireWriteAccess>): WritePolicy {
  const [, principal, { system }, , touched] = access;
  if (system !== "files") return requireWriteAccess(...access);
  const fields = "fields" in touched ? touched.fields : touched;
  // With the bytes comes the state that they had. By itself, it is what an administrator or a scanner has decided.
  if (!principal.bypass && fields.includes("state") && !fields.includes("content"))
    throw invalid("state", BY_FILE.change.state!, "FIELD_FORBIDDEN");
  return requireRules(...access);
}

/** The rules alone: for services that write the items of built-in collections. */
export function requireRules(
  catalog: Catalog,
  principal: Principal,
  collection: Collection,
  action: Exclude<Action, "read">,
  fields: readonly string[] | TouchedFields,
): WritePolicy {
  if (principal.bypass) return UNBOUNDED;
  const touched = "fields" in fields ? fields : { fields, everyKey: false };
  const decision = decided(catalog, principal, collection, action, touched);
  if (decision === "none") throw refusal(principal, action, collection.slug);
  if ("field" in decision) throw fieldRefusal(decision.field, action);
  return decision;
}

/** Services make and delete the items of built-in collections, and give them their fields. Nobody else does, whatever the rules say. */
function requireOwnPart(
  { bypass }: Principal,
  { slug, system }: Collection,
  action: Exclude<Action, "read">,
  fields: readonly string[],
): void {
  const { create, remove, change, byAdmins = [] } = OTHER_WAYS[system!];
  if (action === "create") throw new PlinthError("FORBIDDEN", `Items of ${slug} are not made here: use ${create}.`);
  if (action === "delete") {
    if (remove === undefined) return;
    throw new PlinthError("FORBIDDEN", `Items of ${slug} are not deleted here: use ${remove}.`);
  }
  const isFree = (name: string): boolean => bypass && byAdmins.includes(name);
  const isTaken = (name: string): boolean => isBuiltInField(system!, name) || (name === "owner_id" && name in change);
  const field = fields.find((name) => isTaken(name) && !isFree(name));
  if (field !== undefined) throw invalid(field, change[field] ?? change.other!, "FIELD_FORBIDDEN");
}

interface OtherWay {
  readonly create: string;
  /** Undefined: items are deleted as in any collection. */
  readonly remove?: string;
  /** Built-in fields that administrators write like others. */
  readonly byAdmins?: readonly string[];
  /** By field. */
  readonly change: Readonly<Record<string, string>>;
}

const BY_PROFILE = "follows the account: use POST /api/auth/update-user, or PATCH /api/users/:id";
const BY_ACCOUNT: OtherWay = {
  create: "POST /api/users, an invitation, or a sign-up",
  remove: "DELETE /api/users/:id",
  change: {
    other: BY_PROFILE,
    email: "follows the account: its user changes it with POST /api/auth/change-email",
    owner_id: "is the user itself",
  },
};
const BY_ORGANIZATION: OtherWay = {
  create: "the routes below /api/organizations",
  remove: "the routes below /api/organizations",
  change: {
    other: "is changed by the routes below /api/organizations",
    owner_id: "is changed by the routes below /api/organizations",
  },
};
const BY_FILE: OtherWay = {
  create: "PUT /api/files/:bucket/:path",
  change: {
    other: "follows the stored bytes: send the file again with PUT /api/files/:bucket/:path",
    path: "is changed by POST /api/files/move",
    folder: "is changed by POST /api/files/move",
    name: "is changed by POST /api/files/move",
    bucket: "is changed by POST /api/files/move",
    state: "is changed by administrators",
  },
  byAdmins: ["state"],
};
const BY_CONTENT: OtherWay = {
  create: "PUT /api/files/:bucket/:path",
  remove: "DELETE /api/items/files/:id; the bytes of a file go some time after it",
  change: { other: "follows the stored bytes", owner_id: "follows the file" },
};

const OTHER_WAYS: Readonly<Record<SystemCollection, OtherWay>> = {
  users: BY_ACCOUNT,
  files: BY_FILE,
  file_contents: BY_CONTENT,
  organizations: BY_ORGANIZATION,
  organization_members: BY_ORGANIZATION,
  organization_teams: BY_ORGANIZATION,
  organization_team_members: BY_ORGANIZATION,
};

/** Whether some rule lets the principal write the field, at least in some rows. */
export function mayTouch(
  catalog: Catalog,
  principal: Principal,
  collection: Collection,
  action: Exclude<Action, "read">,
  field: string,
): boolean {
  const decision = decided(catalog, principal, collection, action, { fields: [field], everyKey: false });
  return decision !== "none" && !("field" in decision);
}

/** The items that the caller may delete. */
export function deletableWhere(catalog: Catalog, principal: Principal, collection: Collection): Condition {
  if (principal.bypass) return ALWAYS;
  const decision = decided(catalog, principal, collection, "delete", { fields: [], everyKey: false });
  return decision === "none" || "field" in decision ? NEVER : decision.where;
}

/** What the rules would preset in a new item with these fields; undefined also where the caller may create none. */
export function createPreset(
  { catalog, principal }: { readonly catalog: Catalog; readonly principal: Principal },
  collection: Collection,
  fields: readonly string[],
  preset: string,
): Json | undefined {
  if (principal.bypass) return undefined;
  const decision = decided(catalog, principal, collection, "create", { fields, everyKey: false });
  return decision === "none" || "field" in decision ? undefined : decision.presets[preset];
}

type WriteDecision = WritePolicy | { readonly field: string } | "none";

function decided(
  catalog: Catalog,
  principal: Principal,
  collection: Collection,
  action: Exclude<Action, "read">,
  touched: TouchedFields,
): WriteDecision {
  const make = (): WriteDecision => decide(catalog, principal, collection, action, touched);
  const { fields, everyKey } = touched;
  // Documents can have any number of shapes, so their policies are not cached by field names.
  if (collection.kind === "document" && (fields.length > 0 || everyKey)) return make();
  const key = `${action}|${roleKey(principal)}|${collection.slug}|${[...fields].sort().join(",")}`;
  return memoize(catalog, key, make);
}

/** The name in an error where none of the caller's keys is the cause. */
const EVERY_KEY = "*";

function fieldRefusal(field: string, action: Action): PlinthError {
  if (field === EVERY_KEY) return replacementRefusal();
  return invalid(field, `you may not ${action} this field`, "FIELD_FORBIDDEN");
}

/** Names no field: the caller may see none of those that are lacking. */
export function replacementRefusal(): PlinthError {
  const message = "replacing an item needs the right to update every field; use PATCH to change some fields";
  return invalid(EVERY_KEY, message, "FIELD_FORBIDDEN");
}

function decide(
  catalog: Catalog,
  principal: Principal,
  collection: Collection,
  action: Action,
  { fields, everyKey }: TouchedFields,
): WriteDecision {
  const { allow, deny } = rulesFor(catalog, principal, collection, action);
  if (allow.length === 0) return "none";
  const covering = allow.filter(
    ({ rule }) => fields.every((field) => covers(rule, field)) && (!everyKey || !rule.fields),
  );
  if (covering.length === 0) {
    const field = fields.find((name) => !allow.some(({ rule }) => covers(rule, name)));
    return { field: field ?? (everyKey ? EVERY_KEY : (fields[0] ?? "")) };
  }
  const denies = deny.filter(({ rule }) => everyKey || bearsOn(rule, fields));
  for (const { rule, condition } of denies) {
    if (!isAlways(condition)) continue;
    return rule.fields ? { field: rule.fields.find((field) => fields.includes(field)) ?? EVERY_KEY } : "none";
  }
  const notDenied = not(or(...denies.map((d) => d.condition)));
  return {
    where: and(or(...covering.map((c) => c.condition)), notDenied),
    check: and(or(...covering.map((c) => c.check)), notDenied),
    checkFollows:
      covering.every(({ rule }) => !rule.check) && !(action === "update" && isHooked(catalog, collection, action)),
    ...(action === "update" && transitionsOf(covering)),
    presets: presetsOf(covering),
  };
}

function transitionsOf(rules: readonly CompiledRule[]): Pick<WritePolicy, "transitions"> {
  const different = (part: (rule: Rule) => Json): boolean =>
    new Set(rules.map(({ rule }) => JSON.stringify(part(rule)))).size > 1;
  if (!different((rule) => rule.condition) || !different((rule) => rule.check ?? rule.condition)) return {};
  const transitions = rules.map(({ condition, check }): Transition => {
    return { before: condition, after: usesRelations(check) ? ALWAYS : check };
  });
  return transitions.some(({ before, after }) => isAlways(before) && isAlways(after)) ? {} : { transitions };
}

/** The owner is not an ordinary field: a caller may set it only if a rule names it. */
export function covers(rule: Rule, field: string): boolean {
  if (field === "owner_id") return rule.fields?.includes("owner_id") ?? false;
  return !rule.fields || rule.fields.includes(field) || field === "id";
}

/** Whether a deny rule applies to a write of these fields. */
export function bearsOn(rule: Rule, fields: readonly string[]): boolean {
  return !rule.fields || rule.fields.some((field) => fields.includes(field));
}

function presetsOf(rules: readonly CompiledRule[]): Record<string, Json> {
  const presets: Record<string, Json> = {};
  for (const { rule } of rules) {
    for (const [name, value] of Object.entries(rule.presets ?? {}))
      if (!Object.hasOwn(presets, name)) presets[name] = value;
  }
  return presets;
}

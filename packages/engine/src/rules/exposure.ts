import {
  ACTIONS,
  type Action,
  ALWAYS,
  type Collection,
  DataError,
  type Json,
  type JsonObject,
  type Principal,
  type Rule,
  variablesOf,
} from "@plinth/core";
import { CHANNEL_PREFIX } from "../access/channel-access.ts";
import { hasActions } from "../access/has-actions.ts";
import { readPolicy } from "../access/read-policy.ts";
import { type ApiKey, everyKey } from "../identity/keys.ts";
import { authSettingsOf } from "../identity/settings/auth-settings.ts";
import { describedPrincipal } from "../identity/view-as.ts";
import { bindSlow } from "../kernel/bindings.ts";
import { collectionOf } from "../kernel/catalog.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { isOutOfTime } from "../kernel/request-budget.ts";
import * as z from "../kernel/zod.ts";
import { permittedFields, type Right, rightOf } from "./rights.ts";

/** Items that are counted of each collection. */
const MAX_COUNT = 1000;

export const exposureSchema = z.strictObject({
  as: z
    .string()
    .max(500)
    .default("anonymous")
    .describe("Whose rights: `anonymous`, `authenticated`, `role:NAME`, `user:ID`, `user:ID@ORGANIZATION` or `key:ID`"),
  collection: z.string().optional().describe("Only this collection"),
});

export interface ActionExposure extends Pick<Right, "state" | "note"> {
  /** What an item must satisfy, as a filter; of an update, before it. Null: nothing. */
  readonly condition: Json;
  /** Null: all. */
  readonly fields: readonly string[] | null;
  readonly rules: readonly Rule[];
}

export interface CollectionExposure {
  readonly slug: string;
  readonly kind: Collection["kind"];
  readonly actions: Readonly<Record<Action, ActionExposure>>;
  /** How many items can be read, up to 1,000. Null: none can, the caller may not, or they were not counted in time. */
  readonly items: { readonly count: number; readonly more: boolean } | null;
  /** A request that shows them, where they can be read. */
  readonly try: { readonly path: string; readonly view_as: string } | null;
}

export interface Exposure {
  readonly as: string;
  readonly kind: Principal["kind"];
  readonly roles: readonly string[];
  /** No rule is asked. */
  readonly bypass: boolean;
  readonly collections: readonly CollectionExposure[];
  readonly channels: readonly ChannelExposure[];
  /** What anybody meets, whoever `as` is. */
  readonly strangers: StrangersExposure;
}

/** What a principal may read and write now, and by which rules. Reads only. */
export async function exposureOf(ctx: RequestContext, input: z.output<typeof exposureSchema>): Promise<Exposure> {
  const principal = await describedPrincipal(ctx, input.as, "as");
  const seen: RequestContext = { ...ctx, principal, variables: variablesOf(principal, ctx.now) };
  const chosen =
    input.collection === undefined ? [...ctx.catalog.collections.values()] : [collectionOf(ctx, input.collection)];
  const mayRead = hasActions(ctx.principal, ["read"]);
  const collections: CollectionExposure[] = [];
  // One after another: the answer must not take all connections.
  for (const collection of chosen.toSorted((a, b) => (a.slug < b.slug ? -1 : 1))) {
    collections.push(await collectionExposure(seen, collection, mayRead ? input.as : undefined));
  }
  const { kind, roles, bypass } = principal;
  return {
    as: input.as,
    kind,
    roles,
    bypass,
    collections,
    channels: channelsOf(seen),
    strangers: await strangersOf(ctx),
  };
}

async function collectionExposure(
  ctx: RequestContext,
  collection: Collection,
  /** Undefined: who asks may not read the items. */
  as: string | undefined,
): Promise<CollectionExposure> {
  const { slug, kind } = collection;
  const of = (action: Action) => actionExposure(ctx, collection, action);
  const actions = Object.fromEntries(ACTIONS.map((action) => [action, of(action)])) as CollectionExposure["actions"];
  const isShown = as !== undefined && actions.read.state !== "closed";
  return {
    slug,
    kind,
    actions,
    items: isShown ? await itemsOf(ctx, collection) : null,
    try: isShown ? { path: `/api/items/${slug}`, view_as: as } : null,
  };
}

function actionExposure(
  { catalog, principal }: RequestContext,
  collection: Collection,
  action: Action,
): ActionExposure {
  const right = rightOf(catalog, principal, collection, action);
  const { state, note, allow, deny } = right;
  return {
    state,
    ...(note !== undefined && { note }),
    condition: state === "conditional" ? conditionOf(right, action) : null,
    fields: state === "closed" ? [] : permittedFields(catalog, principal, collection, action),
    rules: [...allow, ...deny],
  };
}

/** One condition of all rules that decide about items as a whole. */
function conditionOf({ allow, deny }: Right, action: Action): Json {
  const conditionIn = ({ condition, check }: Rule) => (action === "create" ? (check ?? condition) : condition) ?? {};
  const allowing = allow.map(conditionIn);
  const denying = deny.filter(({ fields }) => !fields).map(({ condition }) => condition ?? {});
  const anyOf = (conditions: Json[]): Json => (conditions.length === 1 ? conditions[0]! : { $or: conditions });
  const isOpen = allowing.some((one) => Object.keys(one as JsonObject).length === 0);
  const parts = [...(isOpen ? [] : [anyOf(allowing)]), ...(denying.length > 0 ? [{ $not: anyOf(denying) }] : [])];
  return parts.length === 1 ? parts[0]! : { $and: parts };
}

async function itemsOf(ctx: RequestContext, collection: Collection): Promise<CollectionExposure["items"]> {
  const policy = readPolicy(ctx.catalog, ctx.principal, collection);
  if (!policy || isOutOfTime(ctx)) return null;
  const tree = { collection, policy, where: ALWAYS, steps: [] };
  try {
    const found = await ctx.source(collection).store.countUpTo(tree, bindSlow(ctx, []), MAX_COUNT + 1);
    return { count: Math.min(found, MAX_COUNT), more: found > MAX_COUNT };
  } catch (error) {
    if (error instanceof DataError && (error.kind === "time_limit" || error.kind === "timeout")) return null;
    throw error;
  }
}

export interface ChannelExposure {
  /** A pattern, as rules name it. */
  readonly channel: string;
  /** To subscribe. */
  readonly read: readonly Rule[];
  /** To publish. */
  readonly create: readonly Rule[];
}

function channelsOf({ catalog, principal }: RequestContext): ChannelExposure[] {
  const bearing = catalog.rules.filter(
    ({ collection, role }) => collection.startsWith(CHANNEL_PREFIX) && principal.roles.includes(role),
  );
  return [...Map.groupBy(bearing, ({ collection }) => collection)].map(([channel, rules]) => ({
    channel,
    read: rules.filter(({ action }) => action === "read"),
    create: rules.filter(({ action }) => action === "create"),
  }));
}

export interface StrangersExposure {
  readonly sign_up: {
    readonly mode: "open" | "invite" | "closed";
    readonly domains: readonly string[];
    /** Everybody may become a user without an account. */
    readonly anonymous: boolean;
    readonly email_verification: string;
    readonly captcha: boolean;
  };
  /** Keys that others are meant to read. Null: the caller may not list keys. */
  readonly publishable_keys:
    | readonly Pick<ApiKey, "id" | "name" | "prefix" | "expires_at" | "ip_ranges" | "rate_limit">[]
    | null;
  /** Pages of these origins may call the server. */
  readonly cors_origins: readonly string[];
}

async function strangersOf(ctx: RequestContext): Promise<StrangersExposure> {
  const { engine, driver, principal } = ctx;
  const { sign_up, anonymous, email, captcha } = await authSettingsOf(engine, driver, principal.workspaceId);
  return {
    sign_up: {
      mode: sign_up.mode,
      domains: sign_up.domains,
      anonymous: anonymous.sign_in && sign_up.mode === "open",
      email_verification: email.verification,
      captcha: captcha.provider !== null,
    },
    publishable_keys: hasActions(principal, ["keys:read"]) ? await publishableKeys(ctx) : null,
    cors_origins: engine.config.corsOrigins,
  };
}

async function publishableKeys(ctx: RequestContext): Promise<StrangersExposure["publishable_keys"]> {
  const keys = (await everyKey(ctx)).filter(({ kind }) => kind === "publishable");
  return keys.map(({ id, name, prefix, expires_at, ip_ranges, rate_limit }) => {
    return { id, name, prefix, expires_at, ip_ranges, rate_limit };
  });
}

import {
  type Action,
  type Collection,
  type Condition,
  DEFAULT_COLUMNS,
  evaluate,
  invalid,
  type Json,
  type JsonObject,
  type Principal,
  ROLE_ADMIN,
  type Rule,
  textField,
} from "@plinth/core";
import { type Catalog, memoize } from "../kernel/catalog.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { parseRuleCondition } from "./parse-rule.ts";
import { refusal } from "./read-policy.ts";

/**
 * Rules also protect application channels: a rule for the collection `channel:<pattern>` lets a role subscribe (`read`)
 * or publish (`create`). Colons separate a pattern's parts: text matches itself, `*` matches any one part, `{name}`
 * captures one part for the condition, `**` at the end matches any rest.
 */
export const CHANNEL_PREFIX = "channel:";

const NAME = /^[\w.-]{1,64}(:[\w.-]{1,64}){0,7}$/;
const PART = /^([\w.-]{1,64}|\*|\{[a-z][a-z0-9_]{0,30}\})$/;

export function requireChannelName(name: string): void {
  if (!NAME.test(name))
    throw invalid("channel", "expected up to 8 parts of letters, digits, _, . and -, separated by :");
}

/** A pattern as a collection whose fields are its captures, so that a rule's condition is an ordinary one. */
export function channelCollection(workspaceId: string, slug: string): Collection {
  const parts = slug.slice(CHANNEL_PREFIX.length).split(":");
  const rest = parts.at(-1) === "**";
  if (parts.length > 8 || !(rest ? parts.slice(0, -1) : parts).every((part) => PART.test(part))) {
    throw invalid("collection", "expected channel: and parts such as room:{room}, news:* or team:**");
  }
  const fields = parts.filter((part) => part.startsWith("{")).map((part) => textField(part.slice(1, -1)));
  const byName = new Map(fields.map((field) => [field.name, field]));
  if (byName.size < fields.length) throw invalid("collection", "two parts have the same name");
  const identity = { id: slug, workspaceId, version: 0, table: "", createdAt: "" };
  return { slug, kind: "managed", fields, columns: DEFAULT_COLUMNS, byName, stored: byName, ...identity };
}

interface ChannelRule {
  readonly rule: Rule;
  readonly parts: readonly string[];
  readonly condition: Condition | null;
}

function channelRules(catalog: Catalog): readonly ChannelRule[] {
  return memoize(catalog, "channels", () =>
    catalog.rules
      .filter(({ collection }) => collection.startsWith(CHANNEL_PREFIX))
      .map((rule) => ({
        rule,
        parts: rule.collection.slice(CHANNEL_PREFIX.length).split(":"),
        condition: rule.condition
          ? parseRuleCondition(
              catalog,
              channelCollection(catalog.workspaceId, rule.collection),
              rule.condition as Json,
              "condition",
            )
          : null,
      })),
  );
}

/** Throws unless a rule lets the caller subscribe to a channel (`read`) or publish on it (`create`). */
export function requireChannelAccess(ctx: RequestContext, name: string, action: "read" | "create"): void {
  requireChannelName(name);
  const { catalog, principal, variables } = ctx;
  if (principal.bypass) return;
  if (!isChannelInScope(principal, name, action)) throw refusal(principal, action, `the channel ${name}`);
  if (principal.scope && principal.roles.includes(ROLE_ADMIN)) return;
  const bearing = channelRules(catalog).filter(({ rule, parts, condition }) => {
    if (rule.action !== action || !principal.roles.includes(rule.role)) return false;
    const captures = capturesOf(parts, name);
    return captures !== null && (condition === null || evaluate(condition, captures, { values: [], variables }));
  });
  const allowed = bearing.some(({ rule }) => rule.effect === "allow");
  if (!allowed || bearing.some(({ rule }) => rule.effect === "deny")) {
    throw refusal(principal, action, `the channel ${name}`);
  }
}

/** A scoped key names channels by patterns, as rules do. */
function isChannelInScope({ scope }: Principal, name: string, action: Action): boolean {
  if (scope === undefined) return true;
  if (!scope.actions.includes(action)) return false;
  if (scope.collections === null) return true;
  const patterns = scope.collections.filter((slug) => slug.startsWith(CHANNEL_PREFIX));
  return patterns.some((slug) => capturesOf(slug.slice(CHANNEL_PREFIX.length).split(":"), name) !== null);
}

function capturesOf(parts: readonly string[], name: string): JsonObject | null {
  const segments = name.split(":");
  const rest = parts.at(-1) === "**";
  const fixed = rest ? parts.slice(0, -1) : parts;
  if (rest ? segments.length <= fixed.length : segments.length !== fixed.length) return null;
  const captures: JsonObject = {};
  for (const [i, part] of fixed.entries()) {
    if (part.startsWith("{")) captures[part.slice(1, -1)] = segments[i]!;
    else if (part !== "*" && part !== segments[i]) return null;
  }
  return captures;
}

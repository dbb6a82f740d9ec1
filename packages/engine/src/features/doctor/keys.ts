import type { Finding, Severity } from "@plinth/core";
import { type ApiKey, everyKey } from "../../identity/keys.ts";
import type { Check } from "../../kernel/check.ts";
import type { RequestContext } from "../../kernel/engine.ts";

const DAY_MS = 86_400_000;
const UNUSED_DAYS = 90;
const ENDING_DAYS = 14;

export const KEY_CHECKS: readonly Check[] = [
  {
    name: "unused-keys",
    scope: "workspace",
    summary: `Secret and scoped keys that nobody has used for ${UNUSED_DAYS} days`,
    find: (ctx) => {
      const since = ctx.now - UNUSED_DAYS * DAY_MS;
      return findings(ctx, "warning", (key) => {
        if (key.kind === "publishable" || Date.parse(key.last_used_at ?? key.created_at) >= since) return undefined;
        return {
          message: `Nobody has used the ${key.kind} key "${key.name}" for ${UNUSED_DAYS} days. Who finds it may use it.`,
          advice: "Revoke it.",
          command: `plinth keys revoke ${key.id}`,
        };
      });
    },
  },
  {
    name: "ending-keys",
    scope: "workspace",
    summary: `Keys in use that end within ${ENDING_DAYS} days`,
    find: (ctx) => {
      const until = ctx.now + ENDING_DAYS * DAY_MS;
      return findings(ctx, "warning", ({ id, name, expires_at, last_used_at }) => {
        if (expires_at === null || last_used_at === null || Date.parse(expires_at) > until) return undefined;
        return {
          message: `The key "${name}" ends at ${expires_at}. Programs that use it are refused from then on.`,
          advice: "Make a new key for them, and revoke this one then.",
          command: `plinth keys revoke ${id}`,
        };
      });
    },
  },
  {
    name: "unlimited-keys",
    scope: "workspace",
    summary: "Secret keys that never end and count from every address",
    find: (ctx) =>
      findings(ctx, "note", ({ id, kind, name, expires_at, ip_ranges }) => {
        if (kind !== "secret" || expires_at !== null || ip_ranges !== null) return undefined;
        return {
          message: `The secret key "${name}" may do everything, from everywhere, for ever.`,
          advice:
            "Use a scoped key where a program needs less, or a key with an end or addresses. Then revoke this one.",
          command: `plinth keys revoke ${id}`,
        };
      }),
  },
];

/** One finding for each key of which there is something to say. */
async function findings(
  ctx: RequestContext,
  severity: Severity,
  say: (key: ApiKey) => Pick<Finding, "message" | "advice" | "command"> | undefined,
): Promise<Finding[]> {
  const keys = await everyKey(ctx);
  return keys.flatMap((key) => {
    const said = say(key);
    return said ? [{ severity, subject: `key:${key.id}`, ...said }] : [];
  });
}

import { PlinthError } from "@plinth/core";
import { type CountedKind, mustHoldAtMost } from "@plinth/db";
import type { RequestContext } from "../kernel/engine.ts";
import type { Requirement } from "./requirement.ts";

/** Every server keeps a workspace's catalog in its memory, and lists of it come whole. */
const MOST = { collections: 2000, roles: 1000, rules: 10_000 } as const;

/** Throws where the workspace cannot have this many more. The write that adds them requires the answer. */
export function requireCatalogRoom(ctx: RequestContext, kind: keyof typeof MOST, more = 1): Requirement {
  const { catalog } = ctx;
  const most = MOST[kind];
  const held = kind === "rules" ? catalog.rules.length : catalog[kind].size;
  const refusal = () => new PlinthError("LIMIT_EXCEEDED", `A workspace can have at most ${most} ${kind}.`);
  if (held + more > most) throw refusal();
  return holdsAtMost(ctx, { kind, most, refusal });
}

interface Room {
  readonly kind: CountedKind;
  readonly most: number;
  /** By default that of the request. */
  readonly workspaceId?: string;
  readonly refusal: () => PlinthError;
}

/** However many add one at the same time. */
export function holdsAtMost(
  { driver, principal }: RequestContext,
  { refusal, workspaceId = principal.workspaceId, ...room }: Room,
): Requirement {
  return { guard: (label) => mustHoldAtMost(driver, { ...room, workspaceId }, label), refusal };
}

import type { Action, ErrorCode, Json, Principal } from "@plinth/core";
import { elapsed, excerpt, isUuid, PlinthError, USERS_SLUG } from "@plinth/core";
import { hasActions, requireActions } from "../access/has-actions.ts";
import { shownCallerId } from "../identity/shown-caller.ts";
import type { Engine, RequestContext } from "../kernel/engine.ts";
import { Lru } from "../kernel/lru.ts";
import { service } from "../kernel/services.ts";
import * as z from "../kernel/zod.ts";
import { simulate } from "./simulate.ts";

/** Refusals that are kept of a workspace, and of one caller there: nobody drives out those of the others. */
const MAX_KEPT = 200;
const MAX_OF_ONE = 25;
const MAX_WORKSPACES = 200;
const KEEP_MS = 3_600_000;

export const refusalsSchema = z.strictObject({
  request_id: z.string().max(100).optional().describe("The `request_id` of the error, or `x-request-id` of the answer"),
  user_id: z.string().max(100).optional().describe("Only what was refused to this user"),
});

/** A request that was refused, because of who made it. */
export interface RightsRefusal {
  readonly request_id: string;
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly code: ErrorCode;
  readonly message: string;
  /** What the error names. */
  readonly field: string | null;
  readonly principal: {
    readonly kind: Principal["kind"];
    readonly id: string | null;
    readonly roles: readonly string[];
    /** The organization that the session had chosen. */
    readonly organization: string | null;
    /** The administrator who looked as this principal: `operator:id`, or its kind alone. */
    readonly viewer: string | null;
  };
  /** What it was about; null where no rule decides, or several items were meant. */
  readonly collection: string | null;
  readonly action: Action | null;
  readonly item_id: string | null;
}

/** What the server knows of a refused request. */
export interface RefusedRequest {
  readonly requestId: string;
  readonly principal: Principal;
  readonly method: string;
  readonly path: string;
  readonly error: PlinthError;
}

/** Refused because of who asked. An item that is not found may be one that the caller must not see. */
const BY_RIGHTS: ReadonlySet<ErrorCode> = new Set(["UNAUTHORIZED", "FORBIDDEN", "FIELD_FORBIDDEN", "ITEM_NOT_FOUND"]);

/** By workspace, the oldest first. Of this process alone: they help to find out, and prove nothing. */
const kept = service("refusals", (_: Engine) => new Lru<string, RightsRefusal[]>(MAX_WORKSPACES));

export function noteRefusal(engine: Engine, { requestId, principal, method, path, error }: RefusedRequest): void {
  if (!BY_RIGHTS.has(error.code)) return;
  const { kind, id, roles, workspaceId, organization, viewer } = principal;
  const refusals = kept(engine).get(workspaceId) ?? [];
  const refusal: RightsRefusal = {
    request_id: requestId,
    at: new Date(engine.clock.now()).toISOString(),
    method,
    path: excerpt(path),
    code: error.code,
    message: error.message,
    field: error.details?.field ?? null,
    principal: {
      kind,
      id: id ?? null,
      roles,
      organization: organization?.id ?? null,
      viewer: viewer?.name ?? null,
    },
    ...subjectOf(method, path),
  };
  const own = refusals.filter((one) => one.principal.kind === kind && one.principal.id === refusal.principal.id);
  const oldest = own.length >= MAX_OF_ONE ? own[0]! : refusals.length >= MAX_KEPT ? refusals[0]! : undefined;
  if (oldest) refusals.splice(refusals.indexOf(oldest), 1);
  refusals.push(refusal);
  kept(engine).set(workspaceId, refusals);
}

const ITEMS = /^\/api\/(?:items|realtime\/(?:items|live))\/([^/]+)(?:\/([^/]+))?$/;
const READS: ReadonlySet<string | undefined> = new Set(["query", "aggregate", "export"]);
const BY_METHOD: Readonly<Record<string, Action>> = {
  GET: "read",
  HEAD: "read",
  POST: "create",
  PUT: "update",
  PATCH: "update",
  DELETE: "delete",
};

function subjectOf(method: string, path: string): Pick<RightsRefusal, "collection" | "action" | "item_id"> {
  const [, slug, last] = ITEMS.exec(path) ?? [];
  if (slug === undefined) return { collection: null, action: null, item_id: null };
  const isStream = path.startsWith("/api/realtime/");
  const action = isStream || READS.has(last) ? "read" : (BY_METHOD[method] ?? null);
  const isItem = last !== undefined && last !== "import" && !READS.has(last);
  return { collection: excerpt(slug), action, item_id: isItem ? excerpt(last) : null };
}

export interface ExplainedRefusal extends RightsRefusal {
  /** What the rules decide about it now; null where no rule decides, or it can no longer be found out. */
  readonly explanation: Json;
}

/** The last refusals of the workspace in this process, the newest first; one that is named, with what the rules say of it now. */
export async function listRefusals(
  ctx: RequestContext,
  { request_id, user_id }: z.output<typeof refusalsSchema>,
): Promise<(RightsRefusal | ExplainedRefusal)[]> {
  const now = ctx.engine.clock.now();
  if (user_id !== undefined) requireActions(ctx.principal, ["rules:read", "users:read"], "user_id");
  const all = kept(ctx.engine).get(ctx.principal.workspaceId) ?? [];
  const found = all.filter(
    (one) =>
      elapsed(now, Date.parse(one.at)) < KEEP_MS &&
      (request_id === undefined || one.request_id === request_id) &&
      (user_id === undefined || one.principal.id === user_id),
  );
  const shown = (refusal: RightsRefusal): RightsRefusal => shownTo(ctx.principal, refusal);
  if (request_id === undefined) return found.map(shown).toReversed();
  return Promise.all(found.map(async (one) => ({ ...shown(one), explanation: await explain(ctx, one) })));
}

/** Without the ids of callers, and of users that they asked for, that whoever looks may not know. */
function shownTo(to: Principal, refusal: RightsRefusal): RightsRefusal {
  const { principal, path, collection, item_id } = refusal;
  const { kind, id, organization, viewer } = principal;
  const maySeeUsers = hasActions(to, ["users:read"]);
  const hidesPath = !maySeeUsers && (collection === null || collection === USERS_SLUG);
  const [viewerKind, viewerId] = (viewer?.split(":") ?? []) as [Principal["kind"]?, string?];
  const shownViewer = viewerKind === undefined ? null : shownCallerId(to, viewerKind, viewerId);
  return {
    ...refusal,
    path: hidesPath
      ? path
          .split("/")
          .map((part) => (isUuid(part) ? ":id" : part))
          .join("/")
      : path,
    item_id: hidesPath ? null : item_id,
    principal: {
      ...principal,
      id: shownCallerId(to, kind, id),
      organization: maySeeUsers ? organization : null,
      viewer: viewerKind === undefined ? null : shownViewer === null ? viewerKind : viewer,
    },
  };
}

async function explain(ctx: RequestContext, refusal: RightsRefusal): Promise<Json> {
  const { collection, action, item_id, principal } = refusal;
  if (collection === null || action === null) return null;
  const subject = { collection, action, ...(item_id !== null && { id: item_id }) };
  const as = nameOf(principal);
  const roles = principal.roles.filter((role) => ctx.catalog.roles.has(role));
  try {
    return await simulate(ctx, as === undefined ? { ...subject, roles } : { ...subject, as });
  } catch (error) {
    // The collection, the item or the principal is there no longer, or the caller may not read it.
    if (error instanceof PlinthError && error.status < 500) return { reason: error.message };
    throw error;
  }
}

/** As `view as` names it. Undefined: a user of another issuer, or an operator, whose roles say what there is to say. */
function nameOf({ kind, id, organization }: RightsRefusal["principal"]): string | undefined {
  if (kind === "anonymous") return kind;
  if (kind === "operator" || id === null) return undefined;
  return `${kind}:${id}${organization === null ? "" : `@${organization}`}`;
}

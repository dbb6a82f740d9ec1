import { type SqlDriver, type SqlQuery, uuidv7 } from "@plinth/core";
import { and, asc, desc, eq, gte, inArray, like, lt, lte, or, sql } from "drizzle-orm";
import { systemDatabase, toQuery } from "../system/database.ts";
import { securityLog } from "../system/schema.ts";

export type SecurityLogRow = typeof securityLog.$inferSelect;

/** What the log records. A released name never changes. */
export const SECURITY_EVENTS = [
  "sign_up",
  "sign_in",
  "sign_out",
  "password_change",
  "password_reset",
  "session_revoke",
  "step_up",
  "user_upgrade",
  "phone_change",
  "phone_remove",
  "passkey_add",
  "passkey_remove",
  "second_factor_add",
  "second_factor_remove",
  "recovery_codes_replace",
  "terms_accept",
  "account_link",
  "account_unlink",
  "provider_create",
  "provider_change",
  "provider_delete",
  "roles_change",
  "role_create",
  "rule_create",
  "rule_change",
  "rule_delete",
  "function_deploy",
  "function_rollback",
  "function_delete",
  "function_secret_change",
  "function_secret_delete",
  "flow_deploy",
  "flow_change",
  "flow_rollback",
  "flow_delete",
  "flow_secret_change",
  "flow_secret_delete",
  "approval_decide",
  "operator_add",
  "operator_change",
  "operator_remove",
  "key_create",
  "key_rotate",
  "key_revoke",
  "s3_key_create",
  "s3_key_revoke",
  "invitation_create",
  "invitation_revoke",
  "invitation_accept",
  "user_create",
  "user_change",
  "user_block",
  "user_unblock",
  "user_sign_out",
  "impersonation_start",
  "user_delete",
  "user_export",
  "workspace_create",
  "workspace_change",
  "workspace_archive",
  "workspace_unarchive",
  "workspace_delete",
  "workspace_restore",
  "workspace_host_add",
  "workspace_host_remove",
  "workspace_purge",
  "member_change",
  "member_remove",
  "organization_create",
  "organization_change",
  "organization_delete",
  "organization_join",
  "organization_member_change",
  "organization_member_remove",
  "organization_invitation_create",
  "organization_invitation_revoke",
  "mail_template_change",
  "mail_template_delete",
  "auth_settings_change",
  "ai_settings_change",
  "graphql_settings_change",
  "refresh_token_reuse",
  "hook_refusal",
  "hook_failure",
  "captcha_refusal",
  "signing_key_create",
  "signing_key_rotate",
  "signing_key_delete",
  "trusted_issuer_create",
  "trusted_issuer_delete",
  "sql_console",
  "file_urls_revoke",
  "webhook_create",
  "webhook_change",
  "webhook_delete",
  "webhook_secret_rotate",
  "webhook_replay",
  "webhook_disable",
  "webhook_gap",
  "schedule_create",
  "schedule_change",
  "schedule_delete",
  "trigger_gap",
  "trigger_loop",
  "job_queue_change",
  "jobs_replay",
  "jobs_cancel",
  "trigger_off",
] as const;

export type SecurityEventType = (typeof SECURITY_EVENTS)[number];

export const SECURITY_OUTCOMES = ["ok", "failed"] as const;

export interface SecurityEvent {
  readonly workspaceId: string;
  readonly at: number;
  readonly type: SecurityEventType;
  /** Default `ok`. */
  readonly outcome?: (typeof SECURITY_OUTCOMES)[number];
  readonly actor?: string | null | undefined;
  readonly target?: string | null | undefined;
  readonly address?: string | null | undefined;
  /** Never a secret. */
  readonly detail?: Readonly<Record<string, unknown>> | undefined;
}

/** For the batch of what it records, so that neither is stored without the other. */
export function insertSecurityEvent(driver: SqlDriver, event: SecurityEvent): SqlQuery {
  return toQuery(systemDatabase(driver).insert(securityLog).values(rowOf(event)));
}

/** An event whose target is the user with this email: one statement, which takes as long for an email that nobody has. */
export function insertSecurityEventFor(driver: SqlDriver, event: SecurityEvent, email: string): SqlQuery {
  const target = sql<string>`(select 'user:' || id from plinth_users
    where workspace_id = ${event.workspaceId} and email = ${email})`;
  return toQuery(
    systemDatabase(driver)
      .insert(securityLog)
      .values({ ...rowOf(event), target }),
  );
}

function rowOf({ workspaceId, at, type, outcome = "ok", actor, target, address, detail }: SecurityEvent) {
  return {
    id: uuidv7(at),
    workspaceId,
    createdAt: new Date(at),
    type,
    outcome,
    actor: actor ?? null,
    target: target ?? null,
    address: address ?? null,
    detail: detail ? JSON.stringify(detail) : null,
  };
}

export interface SecurityLogFilter {
  readonly types?: readonly string[] | undefined;
  readonly outcome?: string | undefined;
  readonly actor?: string | undefined;
  readonly target?: string | undefined;
  /** The id of a user: what it did, what others did as the user, and what was done to its account. */
  readonly about?: string | undefined;
  readonly address?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

/** A page of a workspace's events, newest first, older than the event `before`. */
export async function listSecurityEvents(
  driver: SqlDriver,
  workspaceId: string,
  filter: SecurityLogFilter,
  { limit, before }: { limit: number; before?: string | undefined },
): Promise<SecurityLogRow[]> {
  const { types, outcome, actor, target, about, address, from, to } = filter;
  return systemDatabase(driver)
    .select()
    .from(securityLog)
    .where(
      and(
        eq(securityLog.workspaceId, workspaceId),
        before === undefined ? undefined : lt(securityLog.id, before),
        types && inArray(securityLog.type, [...types]),
        outcome === undefined ? undefined : eq(securityLog.outcome, outcome),
        actor === undefined ? undefined : eq(securityLog.actor, actor),
        target === undefined ? undefined : eq(securityLog.target, target),
        about === undefined ? undefined : concerns(`user:${about}`),
        address === undefined ? undefined : eq(securityLog.address, address),
        from && gte(securityLog.createdAt, from),
        to && lt(securityLog.createdAt, to),
      ),
    )
    .orderBy(desc(securityLog.id))
    .limit(limit);
}

function concerns(user: string) {
  // See `actorOf`. A pattern of at most 50 bytes, as D1 has it.
  return or(eq(securityLog.actor, user), like(securityLog.actor, `${user} by %`), eq(securityLog.target, user));
}

/** Deletes the oldest events that are older than this, at most so many. Returns whether more may be due. */
export async function trimSecurityLog(driver: SqlDriver, before: Date, most: number): Promise<boolean> {
  const database = systemDatabase(driver);
  const oldest = await database
    .select({ id: securityLog.id, createdAt: securityLog.createdAt })
    .from(securityLog)
    .orderBy(asc(securityLog.id))
    .limit(most);
  const due = oldest.filter(({ createdAt }) => createdAt < before);
  const last = due.at(-1);
  if (!last) return false;
  const old = and(lt(securityLog.createdAt, before), lte(securityLog.id, last.id));
  await driver.run(toQuery(database.delete(securityLog).where(old)));
  return due.length === most;
}

import { rateLimiter } from "@plinth/auth";
import { PlinthError, type SqlDriver, type SqlQuery } from "@plinth/core";
import { insertSecurityEvent, insertSecurityEventFor, type SecurityEvent } from "@plinth/db";
import { actorOf } from "../commit/mutate.ts";
import type { Engine, RequestContext } from "../kernel/engine.ts";
import { service } from "../kernel/services.ts";

const FAILURES: ReadonlySet<string> = new Set([
  "INVALID_CREDENTIALS",
  "USER_BLOCKED",
  "EMAIL_NOT_VERIFIED",
  "INVALID_CODE",
  "ACCOUNT_NOT_LINKED",
]);

/**
 * Failed attempts that one process records per minute. An attacker who guesses from very many addresses must not fill the disk:
 * further ones are in the log of the server only.
 */
const FAILURES_PER_MINUTE = 300;

/** The statement that records what the caller does. It belongs into the batch that does it. */
export function recordOf(ctx: RequestContext, event: Pick<SecurityEvent, "type" | "target" | "detail">): SqlQuery {
  const { driver, principal, now, client } = ctx;
  const { workspaceId } = principal;
  return insertSecurityEvent(driver, {
    ...event,
    workspaceId,
    at: now,
    actor: actorOf(principal),
    address: client?.clientAddress,
  });
}

/** Records an attempt that failed, and throws its error again. */
export async function recordFailure(
  engine: Engine,
  driver: SqlDriver,
  failed: {
    readonly workspaceId: string;
    readonly type: "sign_in" | "password_change" | "step_up";
    /** Whose account was tried. */
    readonly email?: string;
    readonly userId?: string | undefined;
    readonly address: string | undefined;
    readonly error: unknown;
    readonly detail?: Readonly<Record<string, string>>;
  },
): Promise<never> {
  const { workspaceId, type, email, userId, address, error, detail } = failed;
  const code = error instanceof PlinthError ? error.code : undefined;
  if (code === undefined || !FAILURES.has(code)) throw error;
  if (!takesFailure(engine, { type, address })) throw error;
  const event: SecurityEvent = {
    workspaceId,
    at: engine.clock.now(),
    type,
    outcome: "failed",
    target: userId === undefined ? null : `user:${userId}`,
    address,
    detail: { ...detail, code },
  };
  const record =
    email === undefined ? insertSecurityEvent(driver, event) : insertSecurityEventFor(driver, event, email);
  await driver.run(record);
  throw error;
}

/** Records that a program of the workspace's has refused a request, or gave no answer to it. */
export async function recordRefusal(
  engine: Engine,
  driver: SqlDriver,
  refused: Omit<SecurityEvent, "at" | "outcome">,
): Promise<void> {
  if (!takesFailure(engine, refused)) return;
  await driver.run(insertSecurityEvent(driver, { ...refused, at: engine.clock.now(), outcome: "failed" }));
}

function takesFailure(engine: Engine, { type, address }: Pick<SecurityEvent, "type" | "address">): boolean {
  if (failures(engine).take(type) === null) return true;
  engine.log.warn("more failed attempts than the security log takes", { type, address });
  return false;
}

const failures = service("failed attempts", ({ clock }: Engine) =>
  rateLimiter({ clock, max: FAILURES_PER_MINUTE, windowMs: 60_000 }),
);

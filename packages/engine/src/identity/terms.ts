import { invalid, PlinthError, type SqlDriver, type SqlQuery } from "@plinth/core";
import {
  type AgreementRow,
  findAgreement,
  findUser,
  insertAgreement,
  insertSecurityEvent,
  listAgreementRows,
} from "@plinth/db";
import { commit } from "../commit/commit.ts";
import type { Engine, RequestContext } from "../kernel/engine.ts";
import * as z from "../kernel/zod.ts";
import { requireOwnRow } from "./own-account.ts";
import { recordOf } from "./security-events.ts";
import { authSettingsOf } from "./settings/auth-settings.ts";

/** A version of the workspace's terms to which a user has agreed. */
export interface Agreement {
  version: string;
  /** Where the terms were then. */
  url: string;
  agreed_at: string;
}

/** The workspace's terms as the caller sees them. */
export interface OwnTerms {
  /** Null: there are none. */
  url: string | null;
  version: string;
  /** Whether the caller has yet to agree to this version. */
  due: boolean;
  /** The newest first. */
  agreements: Agreement[];
}

export const agreeSchema = z.strictObject({
  version: z.string().max(40).describe("The version that the user has seen: it must be the one that counts now"),
});

export async function ownTerms(ctx: RequestContext): Promise<OwnTerms> {
  const { engine, driver, principal } = ctx;
  const { id } = await requireOwnRow(ctx);
  const { url, version } = (await authSettingsOf(engine, driver, principal.workspaceId)).terms;
  const agreements = (await listAgreementRows(driver, id)).map(describe);
  return { url, version, due: url !== null && !agreements.some((one) => one.version === version), agreements };
}

/** The caller agrees to the terms that count now. Another time changes nothing. */
export async function agreeToTerms(ctx: RequestContext, { version }: z.infer<typeof agreeSchema>): Promise<OwnTerms> {
  const { engine, driver, principal, now } = ctx;
  const terms = await ownTerms(ctx);
  const url = await requireCurrent(engine, driver, { workspaceId: principal.workspaceId, version, field: "version" });
  if (!terms.due) return terms;
  const row: AgreementRow = { userId: principal.id!, version, url, agreedAt: new Date(now) };
  const data = { ...terms, due: false, agreements: [describe(row), ...terms.agreements] };
  const record = recordOf(ctx, { type: "terms_accept", target: `user:${row.userId}`, detail: { version } });
  return commit(ctx, { queries: [insertAgreement(driver, row), record], data });
}

interface SignUpAgreement {
  readonly workspaceId: string;
  readonly version: string;
  /** The client's. */
  readonly address: string | undefined;
}

/** For the batch that makes an account: its user has agreed on the page. Throws where other terms count. */
export async function agreementAtSignUp(
  engine: Engine,
  driver: SqlDriver,
  { workspaceId, version, address }: SignUpAgreement,
): Promise<(userId: string) => SqlQuery[]> {
  const url = await requireCurrent(engine, driver, { workspaceId, version, field: "terms_version" });
  const now = engine.clock.now();
  return (userId) => [
    insertAgreement(driver, { userId, version, url, agreedAt: new Date(now) }),
    insertSecurityEvent(driver, {
      workspaceId,
      at: now,
      type: "terms_accept",
      actor: `user:${userId}`,
      target: `user:${userId}`,
      address,
      detail: { version },
    }),
  ];
}

/** Whether the caller is a user of the workspace who has yet to agree to its terms. */
export async function termsDue({ engine, driver, principal }: RequestContext): Promise<boolean> {
  if (principal.kind !== "user") return false;
  const { url, version } = (await authSettingsOf(engine, driver, principal.workspaceId)).terms;
  return url !== null && !(await findAgreement(driver, principal.id!, version));
}

/** What a user of the workspace has agreed to, the newest first. */
export async function listAgreements({ driver, principal }: RequestContext, id: string): Promise<Agreement[]> {
  const user = await findUser(driver, principal.workspaceId, id);
  if (!user) throw new PlinthError("NOT_FOUND", "There is no such user.");
  return agreementsOf(driver, id);
}

export async function agreementsOf(driver: SqlDriver, userId: string): Promise<Agreement[]> {
  return (await listAgreementRows(driver, userId)).map(describe);
}

async function requireCurrent(
  engine: Engine,
  driver: SqlDriver,
  { workspaceId, version, field }: { workspaceId: string; version: string; field: string },
): Promise<string> {
  const { terms } = await authSettingsOf(engine, driver, workspaceId);
  if (terms.url === null) throw invalid(field, "the workspace has no terms");
  if (version !== terms.version) throw invalid(field, `must be the version that counts now: ${terms.version}`);
  return terms.url;
}

function describe({ version, url, agreedAt }: AgreementRow): Agreement {
  return { version, url, agreed_at: agreedAt.toISOString() };
}

import { isPlaceholderAddress, PlinthError, type SqlQuery } from "@plinth/core";
import { findSecondFactor, removeSecondFactorQueries, signOutQueries, type UserRow } from "@plinth/db";
import { actorOf } from "../commit/mutate.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { outboxOf, wakeOutbox } from "../kernel/outbox.ts";
import { addressVariables, publicAddress } from "./public-address.ts";
import { recordOf } from "./security-events.ts";
import { changeUser, requireManageable } from "./user-admin.ts";
import { describeUser, type User } from "./users.ts";

/** The mail tells what was done, which stays true; nobody needs to read it later than this. */
const MAIL_LIVES_MS = 7 * 86_400_000;

/**
 * Removes the second factor of a user who cannot use it any more: the phone is lost, or it cannot be read with this
 * `PLINTH_SECRET`. Sessions, trusted browsers and sign-ins under way end, because whoever has found the phone may have them.
 * The user learns it by mail, if there is an address and the server sends mails.
 */
export async function resetUserSecondFactor(ctx: RequestContext, id: string): Promise<User> {
  const { driver, engine } = ctx;
  const { user, rights, requires } = await requireManageable(ctx, id, "reset the second factor of");
  if (!user.twoFactorEnabled && !(await findSecondFactor(driver, id)))
    throw new PlinthError("NOT_FOUND", "This user has no second factor.");
  const mail = await mailTo(ctx, user);
  const queries = [
    ...removeSecondFactorQueries(driver, id),
    ...signOutQueries(driver, id),
    recordOf(ctx, { type: "second_factor_remove", target: `user:${id}` }),
    ...mail,
  ];
  const changed = await changeUser(ctx, { queries, requires, data: describeUser(user, rights.roles) });
  if (mail.length > 0) wakeOutbox(engine);
  return changed;
}

async function mailTo({ engine, driver, now, principal, client }: RequestContext, user: UserRow): Promise<SqlQuery[]> {
  const outbox = outboxOf(engine);
  const { email, workspaceId } = user;
  if (!outbox || email === null || isPlaceholderAddress(email)) return [];
  const host = client?.workspaceHost?.name;
  const { origin, path } = publicAddress(engine, workspaceId, host);
  return outbox.queue(engine, driver, {
    workspaceId,
    template: "second_factor_removed",
    to: email,
    variables: { url: `${origin}${path}/account/second-factor`, ...addressVariables(engine, workspaceId, host) },
    languages: "",
    expiresAt: now + MAIL_LIVES_MS,
    asker: { id: actorOf(principal) ?? "", isStranger: false },
  });
}

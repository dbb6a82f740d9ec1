import type { RequestSource } from "@plinth/auth";
import type { LimitState, SqlDriver } from "@plinth/core";
import type { Engine } from "../../kernel/engine.ts";
import type { Asker, MessageOrder } from "../../kernel/outbox.ts";
import { networkOf } from "../client-address.ts";
import { knownDevice } from "./device-cookie.ts";
import { sharedLimiter } from "./index.ts";
import { ownCountOf } from "./own-count.ts";

const HOUR_MS = 3_600_000;
/** Messages of one kind to one recipient that one asker causes in an hour. Documented in docs/mail.md. */
const OF_ONE = 5;
/** The same of all strangers together: nobody's mailbox is flooded from many networks. */
const OF_STRANGERS = 15;

type MessageRecipient = Pick<MessageOrder, "workspaceId" | "to">;

/**
 * Who a request comes from that has a message sent, by what strangers cannot make up. `isTold`: the answer says whether the limit is reached.
 * The network of an account is then as any other, so that whoever shares it learns nothing.
 */
export async function askerOf(
  engine: Engine,
  driver: SqlDriver,
  {
    workspaceId,
    to,
    address,
    cookies,
    isTold = false,
  }: MessageRecipient & RequestSource & { readonly isTold?: boolean },
): Promise<Asker> {
  const device = await knownDevice(engine, workspaceId, cookies);
  const visitor = { workspaceId, contact: to.toLowerCase(), device, address: (!isTold && address) || undefined };
  const own = await ownCountOf(engine, driver, visitor);
  return own
    ? { id: own.count, isStranger: false }
    : { id: address === null ? "" : networkOf(address), isStranger: true };
}

/**
 * Counts a message before it is stored. Whoever asks in somebody's name uses up a count of their own: a limit by recipient alone
 * would let one stranger keep all mails, and so all sign-ins by mail and all resets, from a person.
 */
export async function countMessage(
  engine: Engine,
  driver: SqlDriver,
  { workspaceId, template, to, asker }: MessageRecipient & { readonly template: string; readonly asker: Asker },
): Promise<LimitState> {
  const what = [workspaceId, template, to.toLowerCase()];
  const take = (name: string, max: number, who: readonly string[]) =>
    sharedLimiter(engine).take(driver, { name, max, windowMs: HOUR_MS }, JSON.stringify(who));
  const own = await take("messages", OF_ONE, [...what, asker.id]);
  return own.allowed && asker.isStranger ? take("messages-of-strangers", OF_STRANGERS, what) : own;
}

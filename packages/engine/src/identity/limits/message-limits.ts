import type { RequestSource } from "@plinth/auth";
import { type ErrorDetails, type LimitState, limitDetails, PlinthError, type SqlDriver } from "@plinth/core";
import type { Engine } from "../../kernel/engine.ts";
import type { Asker, MessageOrder } from "../../kernel/outbox.ts";
import { networkOf } from "../client-address.ts";
import { knownDevices } from "./device-cookie.ts";
import { sharedLimiter } from "./index.ts";
import { ownCountOf } from "./own-count.ts";

const HOUR_MS = 3_600_000;
/** How many messages of one kind to one recipient one asker may cause in an hour. Documented in docs/mail.md. */
const OF_ONE = 5;
/**
 * The same for all strangers together, so that nobody's mailbox is flooded from many networks. All who are known have as many: anybody
 * can sign up with somebody else's address, and then sign in in many browsers.
 */
const OF_ALL = 15;

type MessageRecipient = Pick<MessageOrder, "workspaceId" | "to">;
type CountedMessage = MessageRecipient & { readonly template: string; readonly asker: Asker };

/**
 * Who requests a message, by what strangers cannot invent. `revealsLimit`: the answer shows whether the limit is reached. An account's
 * network is then treated like any other, so that others in this network learn nothing.
 */
export async function askerOf(
  engine: Engine,
  driver: SqlDriver,
  {
    workspaceId,
    to,
    address,
    cookies,
    revealsLimit = false,
  }: MessageRecipient & RequestSource & { readonly revealsLimit?: boolean },
): Promise<Asker> {
  const devices = await knownDevices(engine, workspaceId, cookies);
  const visitor = { workspaceId, contact: to.toLowerCase(), devices, address: (!revealsLimit && address) || undefined };
  const own = await ownCountOf(engine, driver, visitor);
  return own
    ? { id: own.count, isStranger: false }
    : { id: address === null ? "" : networkOf(address), isStranger: true };
}

/**
 * Counts a message before it is stored. Each asker has a separate count: with a limit only by recipient, one stranger could
 * keep all mails from a person, and so all sign-ins by mail and all resets. Strangers and known ones do not use up each other's.
 */
export async function countMessage(engine: Engine, driver: SqlDriver, message: CountedMessage): Promise<LimitState> {
  const own = await countOfAsker(engine, driver, message);
  return own.allowed ? countOfAll(engine, driver, message) : own;
}

/** The first half of it: the asker's own count. */
export async function countOfAsker(engine: Engine, driver: SqlDriver, message: CountedMessage): Promise<LimitState> {
  return take(engine, driver, { name: "messages", max: OF_ONE }, [...recipientOf(message), message.asker.id]);
}

/** The second half: what many askers have together. Nothing that is refused for another reason may use it up. */
export async function countOfAll(engine: Engine, driver: SqlDriver, message: CountedMessage): Promise<LimitState> {
  const name = message.asker.isStranger ? "messages-of-strangers" : "messages-of-known";
  return take(engine, driver, { name, max: OF_ALL }, recipientOf(message));
}

function recipientOf({ workspaceId, template, to }: CountedMessage): string[] {
  return [workspaceId, template, to.toLowerCase()];
}

async function take(
  engine: Engine,
  driver: SqlDriver,
  limit: { readonly name: string; readonly max: number },
  who: readonly string[],
): Promise<LimitState> {
  return sharedLimiter(engine).take(driver, { ...limit, windowMs: HOUR_MS }, JSON.stringify(who));
}

/** Counts a message whose sender may know how many were sent: beyond the limit, it throws instead of sending none without a word. */
export async function mustCountMessage(
  engine: Engine,
  driver: SqlDriver,
  message: CountedMessage,
  refusal: { readonly message: string; readonly details?: ErrorDetails },
): Promise<void> {
  const state = await countMessage(engine, driver, message);
  if (state.allowed) return;
  throw new PlinthError("RATE_LIMITED", refusal.message, { ...limitDetails(state), ...refusal.details });
}

import { causeWords, DeliveryError, type SqlDriver } from "@plinth/core";
import type { NextRun } from "../../kernel/alarm-clock.ts";
import type { Engine } from "../../kernel/engine.ts";
import { type MessageChannel, SENDERS } from "../../kernel/outbox.ts";
import { longestPause, retryPause } from "../../kernel/retry-pause.ts";
import { untilNoted } from "../../kernel/until-noted.ts";
import { compose } from "./compose.ts";
import { keepsContent } from "./outbox.ts";
import { claimMails, deleteOldMails, finishMail, type MailRow, nextMailTime } from "./repository.ts";
import type { MailTexts } from "./templates.ts";

/** Sent at the same time, over connections of their own. */
const AT_ONCE = 5;
/** Longer than a provider may take; then another process sends the mail, because the first one has died. */
const LEASE_MS = 2 * 60_000;
const PAUSES = { firstMs: 30_000, longestMs: 3_600_000 };
/** How long a mail that was sent or given up stays in the list. */
const KEEP_MS = 7 * 86_400_000;
const DELETED_AT_ONCE = 90;
const CHANNELS = Object.keys(SENDERS) as MessageChannel[];

/** Sends some of the messages that are due; returns whether there may be more. */
export async function sendMails(engine: Engine, driver: SqlDriver): Promise<boolean> {
  const channels = channelsOf(engine);
  if (channels.length === 0) return false;
  const now = engine.clock.now();
  const claimed = await claimMails(driver, channels, {
    now,
    leaseUntil: now + LEASE_MS,
    latest: now + longestPause(PAUSES),
    most: AT_ONCE,
  });
  await Promise.all(claimed.map((mail) => sendOne(engine, driver, mail)));
  return claimed.length === AT_ONCE;
}

const channelsOf = (engine: Engine) => CHANNELS.filter((channel) => engine[SENDERS[channel]]);

export async function nextMails(engine: Engine, driver: SqlDriver): Promise<NextRun> {
  const channels = channelsOf(engine);
  return { at: channels.length === 0 ? undefined : await nextMailTime(driver, channels) };
}

/** Whether sending takes time: that of a provider would tell for whom there was a message. */
export function deliversMessages(engine: Engine): boolean {
  return CHANNELS.some((channel) => engine[SENDERS[channel]]?.capabilities.development === false);
}

export function trimMails({ clock }: Engine, driver: SqlDriver): Promise<boolean> {
  return deleteOldMails(driver, clock.now() - KEEP_MS, DELETED_AT_ONCE);
}

async function sendOne(engine: Engine, driver: SqlDriver, mail: MailRow): Promise<void> {
  const { clock, log } = engine;
  const { id, template, attempts } = mail;
  const channel = mail.channel as MessageChannel;
  const done = (state: "sent" | "failed", error: string | null) =>
    finishMail(driver, mail, {
      state,
      error,
      finishedAt: clock.now(),
      // Its links are secrets. Where nothing is delivered, they are read in the list of mails.
      ...(!keepsContent(engine, channel) && { variables: null }),
    });
  const giveUp = async (error: string): Promise<void> => {
    log.warn("a message was given up", { message: id, channel, template, attempts, error });
    await done("failed", error);
  };
  if (clock.now() >= mail.expiresAt) return giveUp(`not sent before it expired${mail.error ? `: ${mail.error}` : ""}`);
  const texts = await compose(engine, driver, mail);
  if (!texts) return giveUp("its content cannot be read: PLINTH_SECRET has changed, or its template is gone");
  try {
    await handOver(engine, mail, texts);
  } catch (error) {
    const known =
      error instanceof DeliveryError ? error : new DeliveryError("unavailable", "the sender failed", { cause: error });
    if (known.kind === "refused") return giveUp(known.message);
    const { code } = (known.cause ?? {}) as { readonly code?: unknown };
    log.warn("a message could not be sent and is tried again", {
      message: id,
      channel,
      template,
      attempts,
      // How the operator's server is reached is not for workspaces, which read what is stored.
      error: `${known.message}${causeWords(known)}`,
      ...(typeof code === "string" && { code }),
    });
    return finishMail(driver, mail, { dueAt: clock.now() + retryPause(attempts, PAUSES), error: known.message });
  }
  await untilNoted(() => done("sent", null));
}

async function handOver({ config, mailer, sms }: Engine, mail: MailRow, texts: MailTexts): Promise<void> {
  const { id, recipient: to } = mail;
  const { subject, text, html } = texts;
  if (mail.channel === "sms") await sms!.send({ id, to, text });
  else await mailer!.send({ id, from: config.mailFrom, to, subject, text, ...(html && { html }) });
}

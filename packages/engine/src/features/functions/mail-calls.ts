import { invalid, PlinthError, type SandboxCall, withEllipsis } from "@plinth/core";
import { mustCountMessage } from "../../identity/limits/message-limits.ts";
import { emailAddress } from "../../identity/user-admin.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { DAY_MS, outboxOf, wakeOutbox } from "../../kernel/outbox.ts";
import * as z from "../../kernel/zod.ts";
import { callOptions } from "./arguments.ts";

/** Of all functions of a workspace: the server sends them in its own name. */
const MOST_A_DAY = 500;
/** Characters. It may hold names of items, which may be of any length. */
const MOST_OF_SUBJECT = 200;
const TEMPLATE = "function_message";

const message = z.strictObject({
  to: emailAddress,
  subject: z
    .string()
    .trim()
    .min(1)
    .transform((text) => withEllipsis(text, MOST_OF_SUBJECT)),
  text: z.string().trim().min(1).max(20_000),
  language: z.string().max(35).default(""),
});

/** `context.mail`: a mail by the outbox, which sends it again until it is accepted. */
export function mailCalls(ctx: RequestContext, functionName: string): Readonly<Record<string, SandboxCall>> {
  return { "mail.send": async ([given]) => send(ctx, functionName, callOptions(message, given)) };
}

async function send(
  { engine, driver, principal }: RequestContext,
  functionName: string,
  { to, subject, text, language }: z.output<typeof message>,
): Promise<{ readonly to: string }> {
  const outbox = outboxOf(engine);
  if (!outbox) throw new PlinthError("MAIL_NOT_CONFIGURED");
  const { workspaceId } = principal;
  const asker = { id: `function:${functionName}`, isStranger: false };
  const refusal = { message: "This address has got as many mails of functions as it may in an hour." };
  await mustCountMessage(engine, driver, { workspaceId, to, template: TEMPLATE, asker }, refusal);
  const order = { workspaceId, template: TEMPLATE, to, variables: { subject, text }, languages: language } as const;
  const expiresAt = engine.clock.now() + DAY_MS;
  const queries = await outbox.queue(engine, driver, { ...order, expiresAt, asker: "counted", mostADay: MOST_A_DAY });
  if (queries.length === 0) throw invalid("to", "is no address that mails can reach");
  const results = await driver.batch(queries);
  if (results.at(-1)!.changes === 0)
    throw new PlinthError("RATE_LIMITED", `The functions of a workspace send ${MOST_A_DAY} mails a day.`);
  wakeOutbox(engine);
  return { to };
}

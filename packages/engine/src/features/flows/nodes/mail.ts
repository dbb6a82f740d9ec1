import { type Json, withEllipsis } from "@plinth/core";
import { commit } from "../../../commit/commit.ts";
import { nameOfCaller } from "../../../commit/mutate.ts";
import { mustCountMessage } from "../../../identity/limits/message-limits.ts";
import { DAY_MS, outboxOf, wakeOutbox } from "../../../kernel/outbox.ts";
import * as z from "../../../kernel/zod.ts";
import { type LeafKind, NodeFailure, partsAs } from "./node-kind.ts";

const MAX_RECIPIENTS = 20;
const MAX_SUBJECT = 200;
const MAX_TEXT = 20_000;
const KEPT_DAYS = 3;
/** Of a workspace: the server sends them in its own name. */
export const MAILS_A_DAY = 500;
const TEMPLATE = "function_message";

const address = z.email().max(320);
const sentMail = z.strictObject({
  to: z.union([address.transform((one) => [one]), z.array(address).min(1).max(MAX_RECIPIENTS)]),
  // It holds names of items, which may be of any length.
  subject: z
    .string()
    .min(1)
    .refine((text) => !/\p{Cc}/u.test(text), "must be one line")
    .transform((text) => withEllipsis(text, MAX_SUBJECT)),
  text: z.string().min(1).max(MAX_TEXT),
});

/** Puts mails into the outbox, once. They are sent from there. */
export const mailNode: LeafKind = {
  shape: {
    to: z.union([z.string(), z.array(z.string()).min(1).max(MAX_RECIPIENTS)]),
    subject: z.string().min(1).max(2000),
    text: z.string().min(1).max(MAX_TEXT),
  },
  templates: ["to", "subject", "text"],
  lacks: (_, { mail }) => (mail ? undefined : { field: "type", problem: "permissions.mail is not true" }),
  async run(input, run) {
    const { to, subject, text } = partsAs(sentMail, { to: input.to!, subject: input.subject!, text: input.text! });
    const { engine } = run;
    const outbox = outboxOf(engine);
    if (!outbox) throw new NodeFailure("This server sends no mail.", "MAIL_NOT_CONFIGURED", false);
    const { workspaceId } = run.ctx.principal;
    if ((await outbox.countOfDay(engine, run.ctx.driver, workspaceId, "mail")) >= MAILS_A_DAY)
      throw new NodeFailure(`A workspace sends ${MAILS_A_DAY} mails a day.`, "LIMIT_EXCEEDED");
    const asker = { id: nameOfCaller(run.ctx.principal)!, isStranger: false };
    const refusal = { message: "This address has got as many mails of flows as it may in an hour." };
    for (const one of to)
      await mustCountMessage(engine, run.ctx.driver, { workspaceId, to: one, template: TEMPLATE, asker }, refusal);
    const mailed = await run.once(async (ctx) => {
      const order = {
        workspaceId,
        template: TEMPLATE,
        variables: { subject, text },
        languages: "",
        expiresAt: ctx.now + KEPT_DAYS * DAY_MS,
        asker: "counted",
        mostADay: MAILS_A_DAY,
      } as const;
      const queries = await Promise.all(to.map((one) => outbox.queue(engine, ctx.driver, { ...order, to: one })));
      const data = { queued: queries.filter((each) => each.length > 0).length } satisfies Json;
      return commit(ctx, { queries: queries.flat(), data, lasting: false });
    });
    wakeOutbox(engine);
    return mailed;
  },
};

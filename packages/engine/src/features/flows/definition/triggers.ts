import * as z from "../../../kernel/zod.ts";
import { changeWhen, cronWhen, dateWhen, jobFailedWhen, type TriggerWhen } from "../../../triggers/trigger.ts";

const secretRef = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{0,63}$/, "must be the name of a secret, with A-Z, 0-9 and _")
  .describe("The name of one of the flow's secrets");

/** How a message from outside proves where it comes from. */
const verification = z.discriminatedUnion("scheme", [
  z.strictObject({ scheme: z.literal("standard"), secret: secretRef }).describe("Standard Webhooks 1.0.0, form v1"),
  z
    .strictObject({
      scheme: z.literal("hmac"),
      secret: secretRef,
      header: z
        .string()
        .regex(/^[a-z0-9-]{1,100}$/, "must be the name of a header in lower case, such as x-hub-signature-256"),
      prefix: z.string().max(40).default("").describe("What stands before the signature, such as `sha256=`"),
      encoding: z.enum(["hex", "base64"]).default("hex"),
    })
    .describe("HMAC with SHA-256 of the body"),
]);

export type WebhookVerification = z.output<typeof verification>;

/** What starts a flow. */
export const flowTriggerSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("manual") }),
  z.strictObject({ type: z.literal("webhook"), verify: verification }),
  cronWhen,
  changeWhen,
  dateWhen,
  jobFailedWhen,
]);

export type FlowTrigger = z.output<typeof flowTriggerSchema>;

const STORED: ReadonlySet<string> = new Set(["cron", "change", "date", "job_failed"]);

/** Whether it is one of those that store jobs by themselves. */
export function isStoredTrigger(trigger: FlowTrigger): trigger is Extract<FlowTrigger, TriggerWhen> {
  return STORED.has(trigger.type);
}

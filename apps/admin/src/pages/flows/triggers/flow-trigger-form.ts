import * as z from "zod";
import { isJsonObject } from "../../../data/json-text.ts";
import {
  EMPTY_TRIGGER,
  partsOfTrigger,
  requireTriggerParts,
  triggerOf,
  triggerParts,
} from "../../../triggers/trigger-form.ts";
import type { FlowTrigger } from "../draft/content.ts";
import { getIn } from "../draft/tree.ts";
import { isTimed } from "./trigger-words.tsx";

/** One trigger of a flow as a form shows it. */
export const flowTriggerForm = z
  .object({
    /** `other`: a type that this page has no fields for. */
    type: z.enum(["manual", "webhook", "cron", "change", "date", "job_failed", "other"]),
    ...triggerParts,
    scheme: z.enum(["standard", "hmac"]),
    secret: z.string().trim().max(64),
    header: z.string().trim().max(100),
    prefix: z.string().max(40),
    encoding: z.enum(["hex", "base64"]),
    /** The whole trigger as JSON. */
    whole: z.string(),
  })
  .superRefine((form, context) => {
    requireTriggerParts(form, context);
    const need = (path: string) => context.addIssue({ code: "custom", path: [path] });
    if (form.type === "webhook" && !/^[A-Z][A-Z0-9_]{0,63}$/.test(form.secret)) need("secret");
    if (form.type === "webhook" && form.scheme === "hmac" && !/^[a-z0-9-]{1,100}$/.test(form.header)) need("header");
    if (form.type === "other" && !(isJsonObject(form.whole) && typeof JSON.parse(form.whole).type === "string"))
      need("whole");
  });

export type FlowTriggerForm = z.infer<typeof flowTriggerForm>;

export function formOfTrigger(trigger: FlowTrigger | undefined): FlowTriggerForm {
  const empty: FlowTriggerForm = {
    ...EMPTY_TRIGGER,
    ...{ type: "manual", scheme: "standard", secret: "", header: "", prefix: "", encoding: "hex" },
    whole: JSON.stringify(trigger ?? { type: "" }, null, 2),
  };
  if (!trigger || trigger.type === "manual") return empty;
  if (isTimed(trigger)) return { ...empty, ...partsOfTrigger(trigger), type: trigger.type };
  if (trigger.type !== "webhook") return { ...empty, type: "other" };
  const part = (name: string) => String(getIn(trigger, ["verify", name]) ?? "");
  return {
    ...empty,
    type: "webhook",
    scheme: part("scheme") === "hmac" ? "hmac" : "standard",
    ...{ secret: part("secret"), header: part("header"), prefix: part("prefix") },
    encoding: part("encoding") === "base64" ? "base64" : "hex",
  };
}

/** What is deployed. Parts without a field stay as they were. */
export function triggerOfForm(form: FlowTriggerForm, before: FlowTrigger | undefined): FlowTrigger {
  const { type, scheme, secret, header, prefix, encoding } = form;
  if (type === "manual") return { type };
  if (type === "other") return JSON.parse(form.whole) as FlowTrigger;
  if (type === "webhook")
    return {
      type,
      verify: scheme === "standard" ? { scheme, secret } : { scheme, secret, header, prefix, encoding },
    };
  return { ...(before?.type === type && before), ...triggerOf(type, form) };
}

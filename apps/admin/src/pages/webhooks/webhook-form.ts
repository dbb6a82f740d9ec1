import type { PreviewedWebhook, StoredWebhook, WebhookContent, WebhookTemplate } from "@plinth/client/webhooks";
import * as z from "zod";
import { isJson, isJsonObject } from "../../data/json-text.ts";

const jsonOrNothing = z.string().refine((text) => text.trim() === "" || isJsonObject(text));
/** A name, a colon and a value. */
const HEADER_LINE = /^[a-z0-9!#$%&'*+.^_`|~-]{1,100}:\s*[\x21-\x7e]/i;
const linesOf = (text: string): string[] => text.split("\n").flatMap((line) => line.trim() || []);

/** A webhook as a form shows it. */
export const webhookForm = z.object({
  name: z.string().trim().min(1).max(100),
  url: z.string().trim().min(1).max(2000),
  /** Separated by spaces, commas or lines. */
  events: z.string().regex(/[^\s,]/),
  /** JSON; empty for none. */
  filter: jsonOrNothing,
  filter_before: jsonOrNothing,
  /** Whether all fields are sent, or those that are named. */
  all_fields: z.boolean(),
  fields: z.array(z.string()),
  /** The item as it was before the change is sent, too. */
  before: z.boolean(),
  /** JSON with expressions; empty for none. */
  template: z.string().refine((text) => text.trim() === "" || isJson(text)),
  /** The name of a header that signs the body alone; empty for none. */
  signature_header: z
    .string()
    .trim()
    .regex(/^[a-z0-9!#$%&'*+.^_`|~-]{0,100}$/i),
  signature_prefix: z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]{0,50}$/),
  /** Lines such as `x-token: secret`. */
  headers: z.string().refine((text) => linesOf(text).every((line) => HEADER_LINE.test(line))),
  /** Those that are stored, whose values no answer has, are kept while no line is written. */
  remove_headers: z.boolean(),
  ordered: z.boolean(),
  form: z.enum(["v1", "v1a"]),
});

export type WebhookForm = z.infer<typeof webhookForm>;

export const EMPTY_WEBHOOK: WebhookForm = {
  ...{ name: "", url: "", events: "", filter: "", filter_before: "", all_fields: true, fields: [], before: false },
  ...{ template: "", signature_header: "", signature_prefix: "", headers: "", remove_headers: false },
  ...{ ordered: false, form: "v1" },
};

const textOf = (value: WebhookTemplate): string => (value === null ? "" : JSON.stringify(value, null, 2));

export function webhookFormOf(webhook: StoredWebhook): WebhookForm {
  const { name, url, events, payload, ordered, form, template, body_signature: signature } = webhook;
  return {
    ...{ name, url, events: events.join("\n"), ordered, form, headers: "", remove_headers: false },
    ...{ template: textOf(template), signature_header: signature?.header ?? "" },
    signature_prefix: signature?.prefix ?? "",
    ...{ filter: textOf(webhook.filter), filter_before: textOf(webhook.filter_before) },
    ...{ all_fields: payload.fields === null, fields: [...(payload.fields ?? [])], before: payload.before },
  };
}

/** What is sent. Without a line of headers, those that are stored stay. */
export function webhookOf(values: WebhookForm): WebhookContent {
  const { name, url, ordered, remove_headers, signature_header: header, signature_prefix: prefix } = values;
  const { headers, ...previewed } = previewOf(values);
  return {
    ...{ name, url, ordered, ...previewed },
    body_signature: header === "" ? null : { header, prefix },
    ...((Object.keys(headers).length > 0 || remove_headers) && { headers }),
  };
}

/** What a preview needs of it. */
export function previewOf(values: WebhookForm) {
  const jsonOf = (text: string): WebhookTemplate => (text.trim() === "" ? null : (JSON.parse(text) as WebhookTemplate));
  const filterOf = (text: string) => jsonOf(text) as object | null;
  const headers = linesOf(values.headers).map((line) => {
    const at = line.indexOf(":");
    return [line.slice(0, at), line.slice(at + 1).trim()] as const;
  });
  const { all_fields, fields, before } = values;
  return {
    events: values.events.split(/[\s,]+/).filter(Boolean),
    filter: filterOf(values.filter),
    filter_before: filterOf(values.filter_before),
    payload: { fields: all_fields ? null : fields, before },
    template: jsonOf(values.template),
    headers: Object.fromEntries(headers),
  } satisfies PreviewedWebhook;
}

/** The field of the form that stands for a part that the server names. */
export function webhookFieldOf(part: string): keyof WebhookForm | undefined {
  if (part.startsWith("payload.before")) return "before";
  if (part.startsWith("payload")) return "fields";
  if (part.startsWith("body_signature.prefix")) return "signature_prefix";
  if (part.startsWith("body_signature")) return "signature_header";
  const [first = ""] = part.split(".");
  return first in EMPTY_WEBHOOK ? (first as keyof WebhookForm) : undefined;
}

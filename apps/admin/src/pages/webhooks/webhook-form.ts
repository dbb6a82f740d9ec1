import type { StoredWebhook, WebhookContent } from "@plinth/client/webhooks";
import * as z from "zod";
import { isJsonObject } from "../../data/json-text.ts";

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
  ...{ headers: "", remove_headers: false, ordered: false, form: "v1" },
};

const textOf = (filter: object | null): string => (filter === null ? "" : JSON.stringify(filter, null, 2));

export function webhookFormOf(webhook: StoredWebhook): WebhookForm {
  const { name, url, events, payload, ordered, form } = webhook;
  return {
    ...{ name, url, events: events.join("\n"), ordered, form, headers: "", remove_headers: false },
    ...{ filter: textOf(webhook.filter), filter_before: textOf(webhook.filter_before) },
    ...{ all_fields: payload.fields === null, fields: [...(payload.fields ?? [])], before: payload.before },
  };
}

/** What is sent. Without a line of headers, those that are stored stay. */
export function webhookOf(values: WebhookForm): WebhookContent {
  const { name, url, ordered, all_fields, fields, before, remove_headers } = values;
  const filterOf = (text: string) => (text.trim() === "" ? null : (JSON.parse(text) as object));
  const headers = linesOf(values.headers).map((line) => {
    const at = line.indexOf(":");
    return [line.slice(0, at), line.slice(at + 1).trim()] as const;
  });
  return {
    ...{ name, url, ordered },
    events: values.events.split(/[\s,]+/).filter(Boolean),
    filter: filterOf(values.filter),
    filter_before: filterOf(values.filter_before),
    payload: { fields: all_fields ? null : fields, before },
    ...((headers.length > 0 || remove_headers) && { headers: Object.fromEntries(headers) }),
  };
}

/** The field of the form that stands for a part that the server names. */
export function webhookFieldOf(part: string): keyof WebhookForm | undefined {
  if (part.startsWith("payload.before")) return "before";
  if (part.startsWith("payload")) return "fields";
  const [first = ""] = part.split(".");
  return first in EMPTY_WEBHOOK ? (first as keyof WebhookForm) : undefined;
}

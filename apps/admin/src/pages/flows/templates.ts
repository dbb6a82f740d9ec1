import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { FlowDraftContent } from "./draft/content.ts";

export interface FlowTemplate {
  readonly id: string;
  /** The name that it proposes for the flow. */
  readonly name: string;
  readonly title: MessageDescriptor;
  readonly says: MessageDescriptor;
  /** With a collection of the workspace, for what it reads or hears of. */
  readonly content: (collection: string) => FlowDraftContent;
}

const NOTHING: FlowDraftContent = { description: "", triggers: [{ type: "manual" }], permissions: {}, nodes: [] };

const STARTER: FlowDraftContent = {
  ...NOTHING,
  nodes: [
    { id: "greeting", type: "set", value: 'Hello {{ input.?name.orValue("world") }}' },
    {
      id: "long",
      type: "condition",
      if: "size(steps.greeting) > 12",
      do: [{ id: "slow", type: "wait", seconds: 5 }],
      else: [],
    },
    { id: "answer", type: "set", value: { text: "{{ steps.greeting }}", at: "{{ now }}" } },
  ],
};

const notify = (collection: string): FlowDraftContent => ({
  ...NOTHING,
  description: `Sends each new item of ${collection} to another program, and tries again while it is away.`,
  triggers: [{ type: "change", events: [`${collection}.create`] }],
  permissions: { fetch: ["hooks.example.com"], mail: true },
  nodes: [
    {
      id: "send",
      type: "http",
      url: "https://hooks.example.com/plinth",
      body: "{{ trigger.change.after }}",
      retry: { attempts: 5, seconds: 30 },
      on_error: "continue",
    },
    {
      id: "tell",
      type: "condition",
      if: "has(errors.send)",
      do: [
        {
          id: "mail",
          type: "mail",
          to: "ops@example.com",
          subject: "A message did not arrive",
          text: "{{ errors.send.message }}",
        },
      ],
      else: [],
    },
  ],
});

const report = (collection: string): FlowDraftContent => ({
  ...NOTHING,
  description: "Mails each morning how many items are new.",
  triggers: [{ type: "cron", schedule: "0 7 * * 1-5", zone: "UTC" }, { type: "manual" }],
  permissions: { as: "system", actions: ["read"], collections: [collection], mail: true },
  nodes: [
    {
      id: "found",
      type: "item",
      action: "list",
      collection,
      query: { filter: { created_at: { _gte: "{{ now - duration('24h') }}" } } },
    },
    {
      id: "report",
      type: "mail",
      to: "team@example.com",
      subject: "What is new",
      text: `There are {{ size(steps.found.data) }} new items in ${collection}.`,
    },
  ],
});

/** What a new flow can begin with. */
export const FLOW_TEMPLATES: readonly FlowTemplate[] = [
  {
    id: "starter",
    name: "first",
    title: msg`Something to try`,
    says: msg`Values and a condition, run by hand. It needs nothing else.`,
    content: () => STARTER,
  },
  {
    id: "notify",
    name: "send-items",
    title: msg`Tell another program`,
    says: msg`Each new item goes to an address, with attempts and a mail when it does not arrive.`,
    content: notify,
  },
  {
    id: "report",
    name: "morning-report",
    title: msg`A report each morning`,
    says: msg`Reads items at a time, and mails what it finds.`,
    content: report,
  },
];

export const templateOf = (id: string | undefined): FlowTemplate =>
  FLOW_TEMPLATES.find((template) => template.id === id) ?? FLOW_TEMPLATES[0]!;

import { type CommandGroup, text } from "../command.ts";
import { DATA_OPTION, jsonInput } from "../json-input.ts";
import { names, numberOption, queryOf } from "../options.ts";
import { encoded, requestCommand } from "../request-command.ts";

const PATH = "/api/webhooks";
const WEBHOOK = ["id", "name", "url", "events", "enabled", "failing_since", "disabled_reason"];
const DELIVERY = ["created_at", "type", "state", "attempts", "status", "error", "id"];
const NOTES = "FILE holds the JSON that POST /api/webhooks takes.\n";

const at = (id: string | undefined, more = "") => `${PATH}/${encoded(id)}${more}`;

const PERIOD = {
  since: text("TIME", "those that were stored from then on"),
  until: text("TIME", "those that were stored before then"),
} as const;

const FILTERS = {
  state: text("NAME", "pending, delivered or failed"),
  type: text("NAME", "such as posts.create"),
  item: text("ID", "those about an item"),
  ...PERIOD,
  limit: text("N", "50 unless given"),
} as const;

export const WEBHOOKS: CommandGroup = {
  summary: "where changes are sent",
  actions: {
    list: requestCommand({
      summary: "list the webhooks",
      request: () => ["GET", PATH],
      columns: WEBHOOK,
    }),
    create: requestCommand({
      summary: "make a webhook, and show its secret this once",
      args: ["[FILE]"],
      options: { data: DATA_OPTION },
      notes: NOTES,
      request: async ([file], { data }, { terminal }) => ["POST", PATH, await jsonInput(file, data, terminal)],
      columns: ["id", "name", "url", "events", "secret", "public_key"],
    }),
    update: requestCommand({
      summary: "change a webhook",
      args: ["ID", "[FILE]"],
      options: { data: DATA_OPTION },
      request: async ([id, file], { data }, { terminal }) => ["PATCH", at(id), await jsonInput(file, data, terminal)],
      columns: WEBHOOK,
    }),
    enable: requestCommand({
      summary: "send changes again, from now on",
      args: ["ID"],
      request: ([id]) => ["PATCH", at(id), { enabled: true }],
      columns: WEBHOOK,
    }),
    disable: requestCommand({
      summary: "send nothing for a while",
      args: ["ID"],
      request: ([id]) => ["PATCH", at(id), { enabled: false }],
      columns: WEBHOOK,
    }),
    delete: requestCommand({
      summary: "delete a webhook and its deliveries",
      args: ["ID"],
      request: ([id]) => ["DELETE", at(id)],
      columns: ["id"],
    }),
    rotate: requestCommand({
      summary: "make a new secret, and show it this once",
      args: ["ID"],
      options: { "overlap-hours": text("N", "how long the older ones sign, too; a day unless given") },
      request: ([id], values) => [
        "POST",
        at(id, "/rotate"),
        { overlap_hours: numberOption("overlap-hours", values["overlap-hours"]) },
      ],
      columns: ["id", "secret", "public_key"],
    }),
    preview: requestCommand({
      summary: "show what a webhook would send of the last change that fits",
      args: ["[FILE]"],
      options: { data: DATA_OPTION },
      notes:
        "FILE holds the JSON that POST /api/webhooks/preview takes: events, template, and what else a webhook has.\n",
      request: async ([file], { data }, { terminal }) => [
        "POST",
        `${PATH}/preview`,
        await jsonInput(file, data, terminal),
      ],
      columns: ["type", "item", "body", "headers"],
    }),
    test: requestCommand({
      summary: "send a message at once, and show what came of it",
      args: ["ID"],
      request: ([id]) => ["POST", at(id, "/test")],
      columns: ["state", "status", "error", "duration_ms", "id"],
    }),
    deliveries: requestCommand({
      summary: "list what was sent and what waits, the newest first",
      args: ["ID"],
      options: FILTERS,
      request: ([id], values) => ["GET", at(id, `/deliveries?${queryOf(FILTERS, values)}`)],
      columns: DELIVERY,
      onePage: true,
    }),
    delivery: requestCommand({
      summary: "show one delivery, with what was sent and answered",
      args: ["ID", "DELIVERY"],
      request: ([id, delivery]) => ["GET", at(id, `/deliveries/${encoded(delivery)}`)],
      columns: [...DELIVERY, "body", "tries"],
    }),
    replay: requestCommand({
      summary: "send messages again: some, or those of a time that failed",
      args: ["ID"],
      options: {
        deliveries: text("A,B", "these"),
        ...PERIOD,
        states: text("A,B", "of a time: failed, delivered; failed unless given"),
      },
      request: ([id], { deliveries, since, until, states }) => [
        "POST",
        at(id, "/replay"),
        { deliveries: deliveries && names(deliveries), since, until, states: states && names(states) },
      ],
      columns: ["replayed"],
    }),
  },
};

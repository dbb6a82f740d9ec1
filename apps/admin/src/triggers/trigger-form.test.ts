import { expect, test } from "bun:test";
import type { ScheduleTrigger } from "@plinth/client/schedules";
import { partsOfTrigger, triggerOf } from "./trigger-form.ts";

const TRIGGERS: readonly ScheduleTrigger[] = [
  { type: "cron", schedule: "0 7 * * *", zone: "Europe/Berlin", missed: "skip" },
  { type: "change", events: ["orders.create", "*.delete"], ordered: true, filter: { total: { _gt: 100 } } },
  { type: "date", collection: "orders", field: "due", offset: -86_400, at: "09:00", zone: "UTC", filter: null },
  { type: "job_failed", queues: ["mail", "mail-*"], kinds: [], names: ["receipt"] },
];

test("a trigger that a form shows is sent as it was", () => {
  for (const trigger of TRIGGERS) expect(triggerOf(trigger.type, partsOfTrigger(trigger))).toEqual(trigger);
});

import type { EventWait, Json, JsonObject } from "@plinth/core";
import { eventKeyText, eventName, eventTimeout } from "../../../kernel/job-events.ts";
import * as z from "../../../kernel/zod.ts";
import { type FlowNode, partsAs } from "../nodes/node-kind.ts";
import type { FlowRun } from "./flow-run.ts";
import type { FlowScope } from "./scope.ts";

const wanted = z.object({
  event: eventName,
  key: z.union([z.string(), z.number()]).transform(String).pipe(eventKeyText).nullable().default(null),
  timeout: z.coerce.number().pipe(eventTimeout),
});

/** Sleeps until an event comes, and keeps it; null where none came in time. */
export async function runEvent(run: FlowRun, node: FlowNode, scope: FlowScope, path: string): Promise<Json> {
  const wait = await run.decide(node, scope, `${path}.waits`, (values) => ({ ...partsAs(wanted, values) }));
  const event = await run.options.context.step.waitForEvent(`${path}.event`, wait as unknown as EventWait);
  const { event: name, key } = wait as JsonObject;
  return run.keep(node, path, { event: name!, key: key! }, async () => (event === null ? null : { ...event }));
}

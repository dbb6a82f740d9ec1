import { invalid, type Json } from "@plinth/core";
import { JOB_QUEUE_DEFAULTS } from "../kernel/job-queues.ts";
import { TASK } from "../kernel/jobs.ts";
import { plainText } from "../kernel/plain-text.ts";
import * as z from "../kernel/zod.ts";

export const MAX_PAYLOAD_BYTES = 256 * 1024;
/** A leap year, in seconds. */
const LONGEST_DELAY = 366 * 86_400;

/** Of a job, or of those of a queue. */
export const maxAttempts = z.int().min(1).max(100);

export const queueName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9_.-]{0,62}$/,
    "must be 1 to 63 of a-z, 0-9, `_`, `.` and `-`, and begin with a letter or digit",
  );

/** Of a path. */
export function requireQueueName(queue: string): string {
  const named = queueName.safeParse(queue);
  if (!named.success) throw invalid("queue", named.error.issues[0]!.message);
  return queue;
}

/** What makes a job. */
export const enqueueSchema = z.strictObject({
  queue: queueName.default("default"),
  kind: z
    .string()
    .max(40)
    .default(TASK)
    .describe("`task`: a worker of yours claims it. Others run in the server: `http`, `function`"),
  name: plainText(1, 100).optional().describe("What is to be done. Needed for a task; otherwise its kind unless given"),
  payload: z.json().default(null).describe(`At most ${MAX_PAYLOAD_BYTES} bytes`),
  priority: z.int().min(-1000).max(1000).default(0).describe("The highest first"),
  delay: z.int().min(0).max(LONGEST_DELAY).optional().describe("Seconds from now"),
  run_at: z.iso.datetime({ offset: true }).optional().describe("Not before this time; instead of `delay`"),
  unique_key: plainText(1, 200)
    .optional()
    .describe("While a job of the queue with this key has not ended, no other one is made"),
  concurrency_key: plainText(1, 200)
    .optional()
    .describe("Of the jobs of a queue with the same one, only one is active at a time"),
  max_attempts: maxAttempts.optional().describe(`As was set of the queue, or ${JOB_QUEUE_DEFAULTS.maxAttempts}`),
});

export type EnqueueInput = z.output<typeof enqueueSchema>;
/** In a batch, any value may refer to an earlier operation. */
export const ENQUEUE_KEYS = Object.keys(enqueueSchema.shape);

/** A job of a batch. Its keys are known already. */
export function enqueueInputIn(input: Json, at: (field: string) => string): EnqueueInput {
  const parsed = enqueueSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw invalid(at(path.join(".")), message);
}

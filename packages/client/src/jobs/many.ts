import { jsonIn } from "../index.ts";
import { REQUEST_OPTIONS, type Requester, type RequestOptions } from "../items/request.ts";
import { requireKnown } from "../known-options.ts";

/** Dead jobs of a queue. Times are ISO 8601, of when they died. */
export interface ReplayJobs {
  readonly name?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/** Jobs of a queue that wait: those whose time has not come, and those that can be claimed. */
export interface CancelJobs {
  readonly name?: string | undefined;
  readonly states?: readonly ("scheduled" | "pending")[] | undefined;
}

export const pathOfQueue = (queue: string): string => `api/job-queues/${encodeURIComponent(queue)}`;

interface Slice {
  /** There may be more, after this job. */
  readonly next: string | null;
}

export interface ManyJobs {
  /** Runs dead jobs of a queue again, all of them. Those are passed over whose unique key another job has. */
  replay(
    queue: string,
    which?: ReplayJobs,
    options?: RequestOptions,
  ): Promise<{ replayed: number; passed_over: number }>;
  /** Cancels the jobs of a queue. */
  cancel(queue: string, which?: CancelJobs, options?: RequestOptions): Promise<{ cancelled: number }>;
}

export function manyJobs(request: Requester): ManyJobs {
  /** Slice by slice, each a request of its own. */
  async function* slices<T extends Slice>(path: string, which: object, options: RequestOptions): AsyncGenerator<T> {
    let after: string | null | undefined;
    do {
      const body = { ...which, ...(after && { after }) };
      const write = { method: "POST", path, body, write: true } as const;
      const { data } = await request(write, options, jsonIn<{ data: T }>);
      yield data;
      after = data.next;
    } while (after !== null);
  }
  return {
    async replay(queue, which = {}, options = {}) {
      requireKnown(which, ["name", "since", "until"], "replay");
      requireKnown(options, REQUEST_OPTIONS, "replay");
      const sum = { replayed: 0, passed_over: 0 };
      for await (const one of slices<Slice & typeof sum>(`${pathOfQueue(queue)}/replay`, which, options)) {
        sum.replayed += one.replayed;
        sum.passed_over += one.passed_over;
      }
      return sum;
    },
    async cancel(queue, which = {}, options = {}) {
      requireKnown(which, ["name", "states"], "cancel");
      requireKnown(options, REQUEST_OPTIONS, "cancel");
      const sum = { cancelled: 0 };
      for await (const { cancelled } of slices<Slice & typeof sum>(`${pathOfQueue(queue)}/cancel`, which, options))
        sum.cancelled += cancelled;
      return sum;
    },
  };
}

import type { KeptStep, StepStore } from "@plinth/core";
import { jsonIn, PlinthClientError } from "../index.ts";
import type { Requester } from "../items/request.ts";
import type { Page } from "../page.ts";

type WaitAnswer = { readonly step: KeptStep; readonly until: null } | { readonly step: null; readonly until: string };

/** The server says that the job is another worker's, was cancelled or has been deleted. */
export function isLost(error: unknown): boolean {
  return error instanceof PlinthClientError && ["NOT_FOUND", "CONFLICT"].includes(error.code);
}

/** The steps of a claimed job, as the server keeps them. */
export function stepStore(
  request: Requester,
  { id, lease }: { readonly id: string; readonly lease: string },
  onLost: (error: unknown) => void,
): StepStore {
  const path = `api/jobs/${id}/steps`;
  return {
    now: Date.now,
    async page(cursor) {
      const query = { limit: "100", cursor: cursor ?? undefined };
      const { data, next_cursor } = await request({ method: "GET", path, query }, {}, jsonIn<Page<KeptStep>>);
      return { steps: data, next: next_cursor };
    },
    async keep(name, result) {
      const body = { lease, name, result };
      const kept = request({ method: "POST", path, body }, {}, jobDataIn<KeptStep>).catch((error: unknown) => {
        if (isLost(error)) onLost(error);
        throw error;
      });
      return (await kept).result;
    },
    async wait(name, { event, key, timeoutMs }) {
      const body = { lease, name, event, key, timeout: Math.ceil(timeoutMs / 1000) };
      const waits = request({ method: "POST", path: `api/jobs/${id}/wait`, body }, {}, jobDataIn<WaitAnswer>);
      const { step, until } = await waits.catch((error: unknown) => {
        if (isLost(error)) onLost(error);
        throw error;
      });
      return step ? { result: step.result } : { until: Date.parse(until) };
    },
  };
}

export async function jobDataIn<T>(response: Response): Promise<T> {
  return (await jsonIn<{ data: T }>(response)).data;
}

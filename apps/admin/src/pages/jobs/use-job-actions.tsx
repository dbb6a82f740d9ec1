import { useLingui } from "@lingui/react/macro";
import type { Job } from "@plinth/client/jobs";
import { useApiMutation } from "../../api/hooks.ts";
import { confirm } from "../../ui/confirm.ts";
import { errorWords } from "../../ui/error-words.ts";
import { toast } from "../../ui/toast.ts";

/** What may be done with a job, by its state. */
export interface JobActions {
  readonly isPending: boolean;
  readonly canRetry: (job: Job) => boolean;
  readonly canCancel: (job: Job) => boolean;
  readonly retry: (job: Job) => void;
  readonly cancel: (job: Job) => Promise<void>;
}

const OPEN: readonly Job["state"][] = ["pending", "scheduled", "active"];
const RETRIED: readonly Job["state"][] = ["scheduled", "succeeded", "dead", "cancelled"];

export function useJobActions(): JobActions {
  const { t } = useLingui();
  const retry = useApiMutation({
    run: (api, { id }: Job) => api.post<Job>(`jobs/${id}/retry`),
    changes: ["jobs"],
    onDone: () => toast.success(t`It runs again`),
  });
  const cancel = useApiMutation({
    run: (api, { id }: Job) => api.post<Job>(`jobs/${id}/cancel`),
    changes: ["jobs"],
    onDone: () => toast.success(t`The job is cancelled`),
  });
  const onError = (error: Error) => void toast.error(errorWords(error));
  return {
    isPending: retry.isPending || cancel.isPending,
    canRetry: ({ state }) => RETRIED.includes(state),
    canCancel: ({ state }) => OPEN.includes(state),
    retry: (job) => retry.mutate(job, { onError }),
    async cancel(job) {
      const { name, kind } = job;
      const title = name || kind;
      const confirmed = await confirm({
        title: t`Cancel the job ${title}?`,
        description: t`A worker that has it stops when it next reports.`,
        confirmLabel: t`Yes, cancel it`,
        danger: true,
      });
      if (confirmed) cancel.mutate(job, { onError });
    },
  };
}

import { useLingui } from "@lingui/react/macro";
import type { FlowRun } from "@plinth/client/flows";
import { useApiMutation } from "../../../api/hooks.ts";
import { confirm } from "../../../ui/confirm.ts";
import { errorWords } from "../../../ui/error-words.ts";
import { toast } from "../../../ui/toast.ts";

interface RetryChoice {
  readonly run: FlowRun;
  /** The place of a node; undefined for the one that has failed. */
  readonly from?: string;
}

interface RunActions {
  readonly isPending: boolean;
  readonly cancel: (run: FlowRun) => Promise<void>;
  /** Runs it again from a node on. */
  readonly retry: (choice: RetryChoice) => Promise<void>;
}

/** What can be done with a run of a flow. */
export function useRunActions(): RunActions {
  const { t } = useLingui();
  const changes = ["flow-runs", "jobs"];
  const cancelling = useApiMutation({
    run: (api, { id }: FlowRun) => api.post<FlowRun>(`flow-runs/${id}/cancel`),
    changes,
    onDone: () => toast.success(t`The run is cancelled`),
  });
  const retrying = useApiMutation({
    run: (api, { run, from }: RetryChoice) =>
      api.post<FlowRun>(`flow-runs/${run.id}/retry`, from === undefined ? {} : { from }),
    changes,
    onDone: () => toast.success(t`It goes on`),
  });
  const onError = (error: Error) => void toast.error(errorWords(error));
  return {
    isPending: cancelling.isPending || retrying.isPending,
    async cancel(run) {
      const confirmed = await confirm({
        title: t`Cancel this run of ${run.flow}?`,
        description: t`What it has done stays. A node that is under way is ended.`,
        confirmLabel: t`Yes, cancel it`,
        danger: true,
      });
      if (confirmed) cancelling.mutate(run, { onError });
    },
    async retry(choice) {
      const { from } = choice;
      const confirmed =
        from === undefined ||
        (await confirm({
          title: t`Run again from ${from}?`,
          description: t`Results before it stay. It and what was kept after it happen anew, such as mails and requests.`,
          confirmLabel: t`Run again`,
        }));
      if (confirmed) retrying.mutate(choice, { onError });
    },
  };
}

import { useLingui } from "@lingui/react/macro";
import type { SavedJobQueue } from "@plinth/client/jobs";
import { useApiMutation } from "../../../api/hooks.ts";
import { errorWords } from "../../../ui/error-words.ts";
import { toast } from "../../../ui/toast.ts";

type Switched = Pick<SavedJobQueue, "queue" | "paused">;

/** Pauses and resumes queues. */
export function useQueueSwitch(): { readonly isPending: boolean; readonly turn: (queue: Switched) => void } {
  const { t } = useLingui();
  const change = useApiMutation({
    run: (api, { queue, paused }: Switched) =>
      api.post<SavedJobQueue>(`job-queues/${encodeURIComponent(queue)}/${paused ? "resume" : "pause"}`),
    changes: ["job-queues"],
    onDone: ({ queue, paused }) =>
      toast.success(paused ? t`Nothing of ${queue} begins any more` : t`Jobs of ${queue} begin again`),
  });
  return {
    isPending: change.isPending,
    turn: (queue) => change.mutate(queue, { onError: (error) => void toast.error(errorWords(error)) }),
  };
}

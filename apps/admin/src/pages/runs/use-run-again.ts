import { useLingui } from "@lingui/react/macro";
import type { Job } from "@plinth/client/jobs";
import type { Run } from "@plinth/client/runs";
import { useApiMutation } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { confirm } from "../../ui/confirm.ts";
import { errorWords } from "../../ui/error-words.ts";
import { toast } from "../../ui/toast.ts";
import { beforeRepeat, repeatOf } from "./run-target.ts";

interface RunAgain {
  readonly isPending: boolean;
  readonly canRunAgain: (run: Run) => boolean;
  /** Asks first where it has done its work already. */
  readonly runAgain: (run: Run) => Promise<void>;
}

/** Does once more what a run has done, with what that was given. */
export function useRunAgain(): RunAgain {
  const { t } = useLingui();
  const { api } = useWorkspace();
  const repeat = useApiMutation({
    run: (api, run: Run) => {
      const { path, body } = repeatOf(run)!;
      return api.post(path, body);
    },
    changes: ["runs", "jobs", "flow-runs", "schedules", "webhooks"],
    onDone: () => toast.success(t`It runs again`),
  });
  const onError = (error: Error) => void toast.error(errorWords(error));
  return {
    isPending: repeat.isPending,
    canRunAgain: (run) => repeatOf(run) !== undefined,
    async runAgain(run) {
      const { name, kind, job_id } = run;
      // A schedule's firing is not the job that it has enqueued.
      const jobId = kind === "schedule" || kind === "webhook" ? null : job_id;
      let state: Job["state"] | undefined;
      try {
        if (jobId !== null) ({ state } = await api.get<Job>(`jobs/${jobId}`));
      } catch (error) {
        return onError(error as Error);
      }
      const next = beforeRepeat(run, state);
      if (next === "busy") return void toast.info(t`Its job is under way already.`);
      if (next === "done") return void toast.info(t`It has succeeded since: nothing is left to do.`);
      const isMeant =
        next === "go" ||
        (await confirm({
          title: t`Run ${name} again?`,
          description: t`It has succeeded already. What it does happens once more, such as mails and requests.`,
          confirmLabel: t`Run again`,
        }));
      if (isMeant) repeat.mutate(run, { onError });
    },
  };
}

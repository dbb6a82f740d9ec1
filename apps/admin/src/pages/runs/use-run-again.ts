import { useLingui } from "@lingui/react/macro";
import type { Run } from "@plinth/client/runs";
import { useApiMutation } from "../../api/hooks.ts";
import { confirm } from "../../ui/confirm.ts";
import { errorWords } from "../../ui/error-words.ts";
import { toast } from "../../ui/toast.ts";
import { repeatOf } from "./run-target.ts";

interface RunAgain {
  readonly isPending: boolean;
  readonly canRunAgain: (run: Run) => boolean;
  /** Asks first where it has done its work already. */
  readonly runAgain: (run: Run) => Promise<void>;
}

/** Does once more what a run has done, with what that was given. */
export function useRunAgain(): RunAgain {
  const { t } = useLingui();
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
      const { name, status } = run;
      const isMeant =
        status !== "succeeded" ||
        (await confirm({
          title: t`Run ${name} again?`,
          description: t`It has succeeded already. What it does happens once more, such as mails and requests.`,
          confirmLabel: t`Run again`,
        }));
      if (isMeant) repeat.mutate(run, { onError });
    },
  };
}

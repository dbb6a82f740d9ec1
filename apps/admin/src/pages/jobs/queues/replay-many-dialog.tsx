import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { type JobQueue, jobs } from "@plinth/client/jobs";
import { type ReactNode, useState } from "react";
import { useApiMutation } from "../../../api/hooks.ts";
import { useWorkspace } from "../../../api/workspace.ts";
import { ManyDialog } from "../../../app/many-dialog.tsx";
import { DateTimeInput } from "../../../ui/date-time-input.tsx";
import { Field } from "../../../ui/field.tsx";
import { Input } from "../../../ui/input.tsx";

interface ReplayManyDialogProps {
  readonly queue: JobQueue;
  readonly onClose: () => void;
}

/** Runs failed jobs of a queue again: all, or those of a name or a time. */
export function ReplayManyDialog({ queue: { queue, counts }, onClose }: ReplayManyDialogProps): ReactNode {
  const { t } = useLingui();
  const { client } = useWorkspace();
  const [name, setName] = useState("");
  const [since, setSince] = useState<string | null>(null);
  const [until, setUntil] = useState<string | null>(null);
  const replay = useApiMutation({
    run: () =>
      jobs(client).queues.replay(queue, {
        ...(name !== "" && { name }),
        ...(since !== null && { since }),
        ...(until !== null && { until }),
      }),
    changes: ["job-queues", "jobs"],
  });
  const done = replay.data;
  return (
    <ManyDialog
      title={t`Run failed jobs of ${queue} again`}
      submitLabel={<Trans>Run again</Trans>}
      action={replay}
      onClose={onClose}
      outcome={
        done && (
          <>
            <Plural value={done.replayed} one="# job runs again." other="# jobs run again." />{" "}
            {done.passed_over > 0 && (
              <Plural
                value={done.passed_over}
                one="# was passed over: another job has its unique key."
                other="# were passed over: other jobs have their unique keys."
              />
            )}
          </>
        )
      }
    >
      <p className="text-muted text-sm">
        <Plural value={counts.dead} one="# job of this queue has failed." other="# jobs of this queue have failed." />{" "}
        <Trans>Choose some of them, or run all again.</Trans>
      </p>
      <Field label={t`Name`} description={t`Empty: all names.`}>
        <Input value={name} onChange={({ target }) => setName(target.value.trim())} spellCheck={false} />
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t`Failed since`}>
          <DateTimeInput kind="datetime" step={60} value={since} onValueChange={setSince} />
        </Field>
        <Field label={t`Failed before`}>
          <DateTimeInput kind="datetime" step={60} value={until} onValueChange={setUntil} />
        </Field>
      </div>
    </ManyDialog>
  );
}

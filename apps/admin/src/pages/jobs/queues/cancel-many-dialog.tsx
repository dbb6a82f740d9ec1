import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { type CancelJobs, type JobQueue, jobs } from "@plinth/client/jobs";
import { type ReactNode, useState } from "react";
import { useApiMutation } from "../../../api/hooks.ts";
import { useWorkspace } from "../../../api/workspace.ts";
import { ManyDialog } from "../../../app/many-dialog.tsx";
import { Field } from "../../../ui/field.tsx";
import { Input } from "../../../ui/input.tsx";
import { RadioGroup } from "../../../ui/radio-group.tsx";

interface CancelManyDialogProps {
  readonly queue: JobQueue;
  readonly onClose: () => void;
}

type Which = "all" | NonNullable<CancelJobs["states"]>[number];

/** Cancels jobs of a queue that wait: all, or those of a name or a state. */
export function CancelManyDialog({ queue: { queue, counts }, onClose }: CancelManyDialogProps): ReactNode {
  const { t } = useLingui();
  const { client } = useWorkspace();
  const [name, setName] = useState("");
  const [which, setWhich] = useState<Which>("all");
  const cancel = useApiMutation({
    run: () =>
      jobs(client).queues.cancel(queue, {
        ...(name !== "" && { name }),
        ...(which !== "all" && { states: [which] }),
      }),
    changes: ["job-queues", "jobs"],
  });
  const done = cancel.data;
  const { pending, scheduled } = counts;
  return (
    <ManyDialog
      title={t`Cancel waiting jobs of ${queue}`}
      submitLabel={<Trans>Yes, cancel them</Trans>}
      action={cancel}
      danger
      onClose={onClose}
      outcome={done && <Plural value={done.cancelled} one="# job is cancelled." other="# jobs are cancelled." />}
    >
      <Field label={t`Which`}>
        <RadioGroup
          value={which}
          onValueChange={setWhich}
          options={[
            { value: "all", label: t`All that wait (${pending + scheduled})` },
            { value: "pending", label: t`Those that could begin now (${pending})` },
            { value: "scheduled", label: t`Those whose time has not come (${scheduled})` },
          ]}
        />
      </Field>
      <Field label={t`Name`} description={t`Empty: all names.`}>
        <Input value={name} onChange={({ target }) => setName(target.value.trim())} spellCheck={false} />
      </Field>
      <p className="text-muted text-sm">
        <Trans>Jobs that run go on. This cannot be undone.</Trans>
      </p>
    </ManyDialog>
  );
}

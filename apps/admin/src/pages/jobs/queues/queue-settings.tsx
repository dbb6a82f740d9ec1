import { zodResolver } from "@hookform/resolvers/zod";
import { Trans, useLingui } from "@lingui/react/macro";
import type { JobQueue, SavedJobQueue } from "@plinth/client/jobs";
import { type ReactNode, useMemo } from "react";
import { Controller, type UseFormReturn, useForm } from "react-hook-form";
import { useApiMutation } from "../../../api/hooks.ts";
import { KEEP_TYPED } from "../../../app/forms/keep-typed.ts";
import { problemOf } from "../../../app/forms/refusal.ts";
import { showRefusalAt } from "../../../app/forms/show-refusal-at.ts";
import { useLeaveGuard } from "../../../app/forms/use-leave-guard.ts";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { ErrorState } from "../../../ui/error-state.tsx";
import { Field } from "../../../ui/field.tsx";
import { NumberInput } from "../../../ui/number-input.tsx";
import { toast } from "../../../ui/toast.ts";
import { QUEUE_FIELDS, type QueueForm, queueForm, queueFormOf, queueSettingsOf } from "./queue-form.ts";

/** How fast a queue is worked off, what its jobs may take, and how long they are kept. */
export function QueueSettings({ queue }: { readonly queue: JobQueue }): ReactNode {
  const { t } = useLingui();
  // The counts of the queue change all the time; its settings do not.
  const stored = JSON.stringify(queueFormOf(queue));
  const values = useMemo(() => JSON.parse(stored) as QueueForm, [stored]);
  const form = useForm<QueueForm>({
    resolver: zodResolver(queueForm),
    values,
    resetOptions: KEEP_TYPED,
  });
  const { isDirty, errors } = form.formState;
  useLeaveGuard(isDirty);
  const save = useApiMutation({
    run: (api, next: QueueForm) =>
      api.put<SavedJobQueue>(`job-queues/${encodeURIComponent(queue.queue)}`, queueSettingsOf(next)),
    changes: ["job-queues"],
    onDone: (_, next) => {
      form.reset(next);
      toast.success(t`The settings are saved`);
    },
  });
  const submit = form.handleSubmit((next) => save.mutateAsync(next).catch((error) => showQueueRefusal(form, error)));
  return (
    <Card
      title={t`Settings`}
      description={t`They hold for all workers and servers together. A lower limit ends nothing that runs.`}
    >
      <form onSubmit={submit} noValidate className="flex flex-col gap-5">
        <SpeedFields form={form} />
        <AttemptFields form={form} />
        <KeepFields form={form} />
        {errors.root && <ErrorState inline error={save.error} />}
        <div className="flex gap-2">
          <Button type="submit" variant="primary" pending={save.isPending} disabled={!isDirty}>
            <Trans>Save</Trans>
          </Button>
          <Button disabled={!isDirty} onClick={() => form.reset()}>
            <Trans>Discard</Trans>
          </Button>
        </div>
      </form>
    </Card>
  );
}

const showQueueRefusal = showRefusalAt<QueueForm>((part) => QUEUE_FIELDS[part]);

interface FieldsProps {
  readonly form: UseFormReturn<QueueForm>;
}

interface NumberFieldProps extends FieldsProps {
  readonly name: keyof QueueForm;
  readonly label: string;
  readonly description?: string;
  /** What would be right. */
  readonly problem: string;
  readonly min?: number;
}

function NumberField({ form, name, label, description, problem, min = 1 }: NumberFieldProps): ReactNode {
  return (
    <Controller
      control={form.control}
      name={name}
      render={({ field }) => (
        <Field label={label} description={description} error={problemOf(form, name, problem)}>
          <NumberInput value={field.value} onValueChange={field.onChange} min={min} />
        </Field>
      )}
    />
  );
}

const grid = "grid items-start gap-4 sm:grid-cols-2 lg:grid-cols-3";

function SpeedFields({ form }: FieldsProps): ReactNode {
  const { t } = useLingui();
  return (
    <div className={grid}>
      <NumberField
        form={form}
        name="concurrency"
        label={t`Running at most`}
        description={t`Empty: no limit.`}
        problem={t`Write a whole number from 1 on, or nothing.`}
      />
      <NumberField
        form={form}
        name="rate_jobs"
        label={t`Jobs that begin`}
        description={t`Within the seconds beside it. Empty: no limit.`}
        problem={t`Write both, or neither.`}
      />
      <NumberField
        form={form}
        name="rate_seconds"
        label={t`within so many seconds`}
        problem={t`Write both, or neither: seconds up to a day.`}
      />
    </div>
  );
}

function AttemptFields({ form }: FieldsProps): ReactNode {
  const { t } = useLingui();
  return (
    <div className={grid}>
      <NumberField
        form={form}
        name="max_attempts"
        label={t`Attempts at most`}
        description={t`Of jobs that name none.`}
        problem={t`Write a number from 1 to 100.`}
      />
      <NumberField
        form={form}
        name="backoff_seconds"
        label={t`Seconds after the first failure`}
        description={t`Then twice as long each time.`}
        problem={t`Write seconds up to a day.`}
      />
      <NumberField
        form={form}
        name="max_backoff_seconds"
        label={t`At most so many seconds`}
        problem={t`Write at least the seconds after the first failure.`}
      />
    </div>
  );
}

function KeepFields({ form }: FieldsProps): ReactNode {
  const { t } = useLingui();
  const problem = t`Write days up to a year.`;
  return (
    <div className={grid}>
      <NumberField
        form={form}
        name="keep_succeeded_days"
        label={t`Days that done jobs are kept`}
        description={t`Of those that end from now on.`}
        problem={problem}
        min={0}
      />
      <NumberField
        form={form}
        name="keep_dead_days"
        label={t`Days that failed jobs are kept`}
        problem={problem}
        min={0}
      />
    </div>
  );
}

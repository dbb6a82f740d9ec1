import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Controller, type UseFormReturn } from "react-hook-form";
import { problemOf } from "../../app/forms/refusal.ts";
import { HookSecretNotice } from "../../app/hook-secret-notice.tsx";
import { JobNameField } from "../../deployed/job-name-field.tsx";
import { TriggerFields } from "../../triggers/trigger-fields.tsx";
import { CodeEditor } from "../../ui/code-editor.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { RadioGroup } from "../../ui/radio-group.tsx";
import { Select } from "../../ui/select.tsx";
import { KINDS, type ScheduleForm } from "./schedule-form.ts";

export interface ScheduleFieldsProps {
  readonly form: UseFormReturn<ScheduleForm>;
}

/** When a job starts, and which. */
export function ScheduleFields({ form }: ScheduleFieldsProps): ReactNode {
  const { t } = useLingui();
  const type = form.watch("type");
  return (
    <>
      <Field label={t`Name`} required error={problemOf(form, "name", t`Write a name of 1 to 100 characters.`)}>
        <Input {...form.register("name")} />
      </Field>
      <Controller
        control={form.control}
        name="type"
        render={({ field }) => (
          <Field label={t`When`}>
            <RadioGroup
              boxed
              value={field.value}
              onValueChange={field.onChange}
              options={[
                { value: "cron", label: t`At times`, description: t`Such as each Monday at seven.` },
                { value: "change", label: t`When items change`, description: t`Such as each new order.` },
                { value: "date", label: t`On a date of an item`, description: t`Such as three days before it is due.` },
                {
                  value: "job_failed",
                  label: t`When jobs fail`,
                  description: t`Such as a mail that no attempt could send.`,
                },
              ]}
            />
          </Field>
        )}
      />
      <TriggerFields form={form} type={type} />
      <JobFields form={form} />
    </>
  );
}

function JobFields({ form }: ScheduleFieldsProps): ReactNode {
  const { t } = useLingui();
  const kind = form.watch("kind");
  const names = { task: t`A worker`, http: t`The server, by a request`, function: t`A function` };
  return (
    <fieldset className="flex flex-col gap-5 rounded-lg border p-4">
      <legend className="px-1 font-medium">{t`Job`}</legend>
      <Controller
        control={form.control}
        name="kind"
        render={({ field }) => (
          <Field label={t`Who does it`} error={problemOf(form, "kind", "")}>
            <Select
              value={field.value}
              onValueChange={field.onChange}
              options={KINDS.map((kind) => ({ value: kind, label: names[kind] }))}
              className="max-w-80"
            />
          </Field>
        )}
      />
      {kind === "http" && <HookSecretNotice />}
      <Controller
        control={form.control}
        name="job"
        render={({ field }) => (
          <JobNameField
            kind={kind}
            value={field.value}
            onChange={field.onChange}
            description={t`What the worker does, or what the message is called.`}
            error={problemOf(form, "job", t`Write at most 100 characters.`)}
          />
        )}
      />
      <Field
        label={t`Queue`}
        required
        description={t`A queue needs not be made: its first job makes it.`}
        error={problemOf(form, "queue", t`Write a name of 1 to 100 characters.`)}
      >
        <Input {...form.register("queue")} spellCheck={false} className="max-w-80" />
      </Field>
      <Controller
        control={form.control}
        name="payload"
        render={({ field }) => (
          <Field
            label={t`Payload`}
            description={
              kind === "http"
                ? t`The address as url, and as data what is posted there. What has started the job is added to data as trigger.`
                : t`What has started the job is added to it as trigger.`
            }
            error={problemOf(form, "payload", t`This is not a JSON object.`)}
          >
            <CodeEditor language="json" value={field.value} onValueChange={field.onChange} />
          </Field>
        )}
      />
    </fieldset>
  );
}

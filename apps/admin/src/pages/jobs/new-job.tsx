import { zodResolver } from "@hookform/resolvers/zod";
import { Trans, useLingui } from "@lingui/react/macro";
import type { Job, NewJob } from "@plinth/client/jobs";
import type { ReactNode } from "react";
import { Controller, useForm } from "react-hook-form";
import * as z from "zod";
import { useApiMutation } from "../../api/hooks.ts";
import { FormPage } from "../../app/forms/form-page.tsx";
import { problemOf } from "../../app/forms/refusal.ts";
import { HookSecretNotice } from "../../app/hook-secret-notice.tsx";
import { useGo } from "../../app/links.ts";
import { isJson } from "../../data/json-text.ts";
import { JobNameField } from "../../deployed/job-name-field.tsx";
import { CodeEditor } from "../../ui/code-editor.tsx";
import { DateTimeInput } from "../../ui/date-time-input.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { NumberInput } from "../../ui/number-input.tsx";
import { RadioGroup } from "../../ui/radio-group.tsx";

const schema = z.object({
  kind: z.enum(["task", "http", "function"]),
  name: z.string().trim().min(1).max(100),
  queue: z.string().trim().min(1).max(100),
  /** JSON. */
  payload: z.string().refine(isJson),
  /** At once, if null. */
  run_at: z.string().nullable(),
  max_attempts: z.int().min(1).max(100),
  unique_key: z.string().trim().max(200),
});

type JobForm = z.infer<typeof schema>;

const EMPTY: JobForm = {
  ...{ kind: "task", name: "", queue: "default", payload: "{}", run_at: null, max_attempts: 5, unique_key: "" },
};

const toJob = ({ payload, run_at, unique_key, ...rest }: JobForm): NewJob => ({
  ...rest,
  payload: JSON.parse(payload) as unknown,
  ...(run_at !== null && { run_at }),
  ...(unique_key !== "" && { unique_key }),
});

/** Adds a job by hand: to try a worker, or to do something once. */
export default function NewJobPage(): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const form = useForm<JobForm>({ resolver: zodResolver(schema), defaultValues: EMPTY });
  const kind = form.watch("kind");
  const create = useApiMutation({
    run: (api, values: JobForm) => api.post<Job>("jobs", toJob(values)),
    changes: ["jobs"],
    onDone: ({ id }) => go(`jobs/${id}`),
  });
  return (
    <FormPage
      list={{ path: "jobs", title: <Trans>Jobs</Trans> }}
      title={t`New job`}
      description={t`To try a worker, or to do something once. Programs add jobs by the API.`}
      form={form}
      create={create}
      submitLabel={<Trans>Add the job</Trans>}
    >
      <Controller
        control={form.control}
        name="kind"
        render={({ field }) => (
          <Field label={t`Who does it`}>
            <RadioGroup
              boxed
              value={field.value}
              onValueChange={field.onChange}
              options={[
                { value: "task", label: t`A worker`, description: t`A program of yours that takes jobs of the queue.` },
                {
                  value: "http",
                  label: t`The server`,
                  description: t`It posts data of the payload to the url of the payload, signed.`,
                },
                {
                  value: "function",
                  label: t`A function`,
                  description: t`Code of this workspace, which gets the payload as job.payload.`,
                },
              ]}
            />
          </Field>
        )}
      />
      {kind === "http" && <HookSecretNotice />}
      <Controller
        control={form.control}
        name="name"
        render={({ field }) => (
          <JobNameField
            kind={kind}
            value={field.value}
            onChange={field.onChange}
            error={problemOf(
              form,
              "name",
              kind === "function" ? t`Choose a function.` : t`Write a name of 1 to 100 characters.`,
            )}
          />
        )}
      />
      <Field label={t`Queue`} required error={problemOf(form, "queue", t`Write a name of 1 to 100 characters.`)}>
        <Input {...form.register("queue")} spellCheck={false} />
      </Field>
      <Controller
        control={form.control}
        name="payload"
        render={({ field }) => (
          <Field label={t`Payload`} error={problemOf(form, "payload", t`This is not JSON.`)}>
            <CodeEditor language="json" value={field.value} onValueChange={field.onChange} />
          </Field>
        )}
      />
      <Controller
        control={form.control}
        name="run_at"
        render={({ field }) => (
          <Field label={t`Not before`} description={t`Empty: at once.`} error={problemOf(form, "run_at", "")}>
            <DateTimeInput kind="datetime" value={field.value} onValueChange={field.onChange} />
          </Field>
        )}
      />
      <Controller
        control={form.control}
        name="max_attempts"
        render={({ field }) => (
          <Field label={t`Attempts at most`} error={problemOf(form, "max_attempts", t`Write a number from 1 to 100.`)}>
            <NumberInput value={field.value} onValueChange={field.onChange} min={1} max={100} />
          </Field>
        )}
      />
      <Field
        label={t`Unique key`}
        description={t`While a job with this key has not ended, no other one is made.`}
        error={problemOf(form, "unique_key", t`Write at most 200 characters.`)}
      >
        <Input {...form.register("unique_key")} spellCheck={false} />
      </Field>
    </FormPage>
  );
}

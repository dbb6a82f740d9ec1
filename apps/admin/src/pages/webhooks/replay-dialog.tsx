import { zodResolver } from "@hookform/resolvers/zod";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import type { ReplayChoice, StoredWebhook } from "@plinth/client/webhooks";
import type { ReactNode } from "react";
import { Controller, useForm } from "react-hook-form";
import * as z from "zod";
import { useApiMutation } from "../../api/hooks.ts";
import { problemOf, showRefusal } from "../../app/forms/refusal.ts";
import { ManyDialog } from "../../app/many-dialog.tsx";
import { DateTimeInput } from "../../ui/date-time-input.tsx";
import { Field } from "../../ui/field.tsx";
import { RadioGroup } from "../../ui/radio-group.tsx";

interface ReplayDialogProps {
  readonly webhook: StoredWebhook;
  readonly onClose: () => void;
}

const schema = z.object({
  since: z
    .string()
    .nullable()
    .refine((time): boolean => time !== null),
  until: z.string().nullable(),
  states: z.enum(["failed", "delivered", "both"]),
});

type ReplayForm = z.infer<typeof schema>;

const DAY = 86_400_000;

function choiceOf({ since, until, states }: ReplayForm): ReplayChoice {
  return {
    since: since!,
    ...(until !== null && { until }),
    states: states === "both" ? ["failed", "delivered"] : [states],
  };
}

/** Sends the messages of a time again: those that have failed, have arrived, or both. */
export function ReplayDialog({ webhook: { id, name }, onClose }: ReplayDialogProps): ReactNode {
  const { t } = useLingui();
  const form = useForm<ReplayForm>({
    resolver: zodResolver(schema),
    defaultValues: { since: new Date(Date.now() - DAY).toISOString(), until: null, states: "failed" },
  });
  const replay = useApiMutation({
    run: (api, values: ReplayForm) =>
      api.post<{ readonly replayed: number }>(`webhooks/${id}/replay`, choiceOf(values)),
    changes: [`webhooks/${id}/deliveries`],
  });
  return (
    <ManyDialog
      title={t`Send messages to ${name} again`}
      submitLabel={<Trans>Send again</Trans>}
      action={{
        mutate: form.handleSubmit((values) => replay.mutateAsync(values).catch((error) => showRefusal(form, error))),
        isPending: replay.isPending,
        error: form.formState.errors.root ? replay.error : null,
      }}
      onClose={onClose}
      outcome={
        replay.data && (
          <Plural value={replay.data.replayed} one="# message is sent again." other="# messages are sent again." />
        )
      }
    >
      <p className="text-muted text-sm">
        <Trans>They keep their ids, so that receivers know those that they have.</Trans>
      </p>
      <div className="grid gap-4 sm:grid-cols-2">
        <Controller
          control={form.control}
          name="since"
          render={({ field }) => (
            <Field label={t`Stored since`} required error={problemOf(form, "since", t`Choose a time.`)}>
              <DateTimeInput kind="datetime" step={60} value={field.value} onValueChange={field.onChange} />
            </Field>
          )}
        />
        <Controller
          control={form.control}
          name="until"
          render={({ field }) => (
            <Field label={t`Stored before`} description={t`Empty: now.`} error={problemOf(form, "until", "")}>
              <DateTimeInput kind="datetime" step={60} value={field.value} onValueChange={field.onChange} />
            </Field>
          )}
        />
      </div>
      <Controller
        control={form.control}
        name="states"
        render={({ field }) => (
          <Field label={t`Which`}>
            <RadioGroup
              value={field.value}
              onValueChange={field.onChange}
              options={[
                { value: "failed", label: t`Those that have failed` },
                { value: "delivered", label: t`Those that have arrived` },
                { value: "both", label: t`Both` },
              ]}
            />
          </Field>
        )}
      />
    </ManyDialog>
  );
}

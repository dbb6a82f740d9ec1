import { zodResolver } from "@hookform/resolvers/zod";
import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Controller, useForm } from "react-hook-form";
import { FormDialog } from "../../../app/forms/form-dialog.tsx";
import { problemOf } from "../../../app/forms/refusal.ts";
import { TriggerFields } from "../../../triggers/trigger-fields.tsx";
import { CodeEditor } from "../../../ui/code-editor.tsx";
import { Field } from "../../../ui/field.tsx";
import { Select } from "../../../ui/select.tsx";
import type { FlowTrigger } from "../draft/content.ts";
import { type FlowTriggerForm, flowTriggerForm, formOfTrigger, triggerOfForm } from "./flow-trigger-form.ts";
import { MessageFields } from "./message-fields.tsx";
import { useTriggerTitle } from "./trigger-words.tsx";

interface TriggerDialogProps {
  /** Undefined for a new one. */
  readonly before: FlowTrigger | undefined;
  readonly secrets: readonly string[];
  readonly onClose: () => void;
  readonly onDone: (trigger: FlowTrigger) => void;
}

/** One trigger of a flow. */
export function TriggerDialog({ before, secrets, onClose, onDone }: TriggerDialogProps): ReactNode {
  const { t } = useLingui();
  const titleOf = useTriggerTitle();
  const form = useForm<FlowTriggerForm>({
    resolver: zodResolver(flowTriggerForm),
    defaultValues: formOfTrigger(before),
  });
  const type = form.watch("type");
  return (
    <FormDialog
      open
      size="lg"
      title={before ? t`Change trigger` : t`New trigger`}
      submitLabel={before ? t`Take over` : t`Add`}
      pending={false}
      noValidate
      onSubmit={form.handleSubmit((values) => onDone(triggerOfForm(values, before)))}
      onClose={onClose}
    >
      <Controller
        control={form.control}
        name="type"
        render={({ field }) => (
          <Field label={t`What starts it`}>
            <Select
              value={field.value}
              onValueChange={field.onChange}
              options={[
                ...(["manual", "cron", "change", "date", "job_failed", "webhook"] as const).map((value) => ({
                  value,
                  label: titleOf(value),
                })),
                { value: "other", label: t`Something else, as JSON` },
              ]}
              className="max-w-80"
            />
          </Field>
        )}
      />
      {type !== "manual" && type !== "webhook" && type !== "other" && <TriggerFields form={form} type={type} />}
      {type === "webhook" && <MessageFields form={form} secrets={secrets} />}
      {type === "other" && (
        <Controller
          control={form.control}
          name="whole"
          render={({ field }) => (
            <Field label={t`Trigger`} error={problemOf(form, "whole", t`Write a JSON object with a type.`)}>
              <CodeEditor language="json" value={field.value} onValueChange={field.onChange} />
            </Field>
          )}
        />
      )}
    </FormDialog>
  );
}

import { zodResolver } from "@hookform/resolvers/zod";
import { Trans, useLingui } from "@lingui/react/macro";
import type { RotatedSecret, StoredWebhook } from "@plinth/client/webhooks";
import type { ReactNode } from "react";
import { Controller, useForm } from "react-hook-form";
import * as z from "zod";
import { useApiMutation } from "../../api/hooks.ts";
import { FormDialog } from "../../app/forms/form-dialog.tsx";
import { problemOf, showRefusal } from "../../app/forms/refusal.ts";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { NumberInput } from "../../ui/number-input.tsx";

interface RotateDialogProps {
  readonly webhook: StoredWebhook;
  readonly onDone: (made: RotatedSecret) => void;
  readonly onClose: () => void;
}

const schema = z.object({ overlap_hours: z.number().min(0).max(720) });

/** Makes a new secret, beside which the older ones sign for a while. */
export function RotateDialog({ webhook: { id, name }, onDone, onClose }: RotateDialogProps): ReactNode {
  const { t } = useLingui();
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { overlap_hours: 24 } });
  const rotate = useApiMutation({
    run: (api, values: z.infer<typeof schema>) => api.post<RotatedSecret>(`webhooks/${id}/rotate`, values),
    changes: [`webhooks/${id}`],
    onDone,
  });
  return (
    <FormDialog
      open
      title={t`Make a new secret for ${name}?`}
      submitLabel={<Trans>Make a new secret</Trans>}
      pending={rotate.isPending}
      noValidate
      onSubmit={form.handleSubmit((values) => rotate.mutateAsync(values).catch((error) => showRefusal(form, error)))}
      onClose={onClose}
    >
      <Controller
        control={form.control}
        name="overlap_hours"
        render={({ field }) => (
          <Field
            label={t`Hours that the old one signs, too`}
            description={t`So long receivers have time to change theirs. 0: it ends at once.`}
            error={problemOf(form, "overlap_hours", t`Write hours from 0 to 720.`)}
          >
            <NumberInput value={field.value} onValueChange={(next) => field.onChange(next ?? 0)} min={0} max={720} />
          </Field>
        )}
      />
      {form.formState.errors.root && <ErrorState inline error={rotate.error} />}
    </FormDialog>
  );
}

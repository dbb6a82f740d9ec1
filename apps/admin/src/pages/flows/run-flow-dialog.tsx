import { zodResolver } from "@hookform/resolvers/zod";
import { Trans, useLingui } from "@lingui/react/macro";
import type { FlowRun } from "@plinth/client/flows";
import type { ReactNode } from "react";
import { Controller, useForm } from "react-hook-form";
import * as z from "zod";
import { useApiList, useApiMutation } from "../../api/hooks.ts";
import { FormDialog } from "../../app/forms/form-dialog.tsx";
import { problemOf, showRefusal } from "../../app/forms/refusal.ts";
import { useGo } from "../../app/links.ts";
import { isJson } from "../../data/json-text.ts";
import { Button } from "../../ui/button.tsx";
import { CodeEditor } from "../../ui/code-editor.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";

interface RunFlowDialogProps {
  readonly name: string;
  readonly onClose: () => void;
}

const schema = z.object({ input: z.string().refine(isJson) });

/** Starts a flow with an input, and leads to its run. */
export function RunFlowDialog({ name, onClose }: RunFlowDialogProps): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { input: "{}" } });
  const { rows } = useApiList<FlowRun>("flow-runs", { flow: name, limit: 1 });
  const run = useApiMutation({
    run: (api, { input }: z.infer<typeof schema>) =>
      api.post<FlowRun>(`flows/${name}/run`, { input: JSON.parse(input) as unknown }),
    changes: ["flow-runs"],
    onDone: ({ id }) => go(`flows/${name}/runs/${id}`),
  });
  const last = rows[0] && JSON.stringify(rows[0].input, null, 2);
  const submit = form.handleSubmit((values) => run.mutateAsync(values).catch((error) => showRefusal(form, error)));
  return (
    <FormDialog
      open
      title={t`Run ${name}`}
      submitLabel={<Trans>Run</Trans>}
      pending={run.isPending}
      noValidate
      onSubmit={submit}
      onClose={onClose}
    >
      <Controller
        control={form.control}
        name="input"
        render={({ field }) => (
          <Field
            label={t`Input`}
            description={t`What expressions find as input.`}
            error={problemOf(form, "input", t`This is not JSON.`)}
            aside={
              last !== undefined &&
              last !== field.value && (
                <Button variant="link" size="sm" onClick={() => field.onChange(last)}>
                  <Trans>That of the last run</Trans>
                </Button>
              )
            }
          >
            <CodeEditor
              language="json"
              value={field.value}
              onValueChange={field.onChange}
              onSubmit={() => void submit()}
            />
          </Field>
        )}
      />
      {form.formState.errors.root && <ErrorState inline error={run.error} />}
    </FormDialog>
  );
}

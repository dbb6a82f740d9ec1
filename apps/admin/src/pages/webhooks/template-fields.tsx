import { Trans, useLingui } from "@lingui/react/macro";
import type { WebhookPreview } from "@plinth/client/webhooks";
import type { ReactNode } from "react";
import { Controller, type UseFormReturn } from "react-hook-form";
import { useApiMutation } from "../../api/hooks.ts";
import { problemOf } from "../../app/forms/refusal.ts";
import { showRefusalAt } from "../../app/forms/show-refusal-at.ts";
import { isJson } from "../../data/json-text.ts";
import { Button } from "../../ui/button.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";
import { CodeEditor } from "../../ui/code-editor.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { previewOf, type WebhookForm, webhookFieldOf } from "./webhook-form.ts";

const EXAMPLE = "{{ data.after.title }}";

interface TemplateFieldsProps {
  readonly form: UseFormReturn<WebhookForm>;
}

/** What is sent in place of the message, tried on a real change, and a further signature. */
export function TemplateFields({ form }: TemplateFieldsProps): ReactNode {
  const { t } = useLingui();
  return (
    <>
      <Controller
        control={form.control}
        name="template"
        render={({ field }) => (
          <Field
            label={t`Template`}
            description={t`JSON that is sent in place of the message, with expressions such as ${EXAMPLE}. Empty: the message itself.`}
            error={problemOf(form, "template", t`This is not JSON.`)}
          >
            <CodeEditor language="json" value={field.value} onValueChange={field.onChange} className="min-h-24" />
          </Field>
        )}
      />
      <Preview form={form} />
      <Field
        label={t`Header for another signature`}
        description={t`HMAC-SHA-256 of the body alone, in hex, as other products sign. Empty: none.`}
        error={problemOf(form, "signature_header", t`Write the name of a header.`)}
      >
        <Input {...form.register("signature_header")} spellCheck={false} placeholder="X-Hub-Signature-256" />
      </Field>
      {form.watch("signature_header").trim() !== "" && (
        <Field
          label={t`What stands before that signature`}
          error={problemOf(form, "signature_prefix", t`Write up to 50 characters.`)}
        >
          <Input {...form.register("signature_prefix")} spellCheck={false} placeholder="sha256=" />
        </Field>
      )}
    </>
  );
}

/** What would be sent of the last change that fits. Nothing is. */
function Preview({ form }: TemplateFieldsProps): ReactNode {
  const { t } = useLingui();
  const preview = useApiMutation<WebhookForm, WebhookPreview>({
    run: (api, values) => api.post<WebhookPreview>("webhooks/preview", previewOf(values)),
    changes: [],
  });
  const show = async (): Promise<void> => {
    if (!(await form.trigger(["events", "filter", "filter_before", "headers", "template"]))) return;
    preview.mutate(form.getValues(), { onError: (error) => showRefusalAt(webhookFieldOf)(form, error) });
  };
  const { data } = preview;
  return (
    <div className="flex flex-col gap-2">
      <div>
        <Button type="button" variant="secondary" onClick={() => void show()} disabled={preview.isPending}>
          <Trans>Preview</Trans>
        </Button>
      </div>
      {data && !preview.isPending && (
        <CodeBlock label={t`What would be sent of ${data.type}`} samples={indented(data.body)} isLong />
      )}
    </div>
  );
}

const indented = (body: string): string => (isJson(body) ? JSON.stringify(JSON.parse(body), null, 2) : body);

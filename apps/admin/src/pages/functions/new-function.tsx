import { zodResolver } from "@hookform/resolvers/zod";
import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useState } from "react";
import { Controller, useForm } from "react-hook-form";
import { useApiMutation } from "../../api/hooks.ts";
import { FormPage } from "../../app/forms/form-page.tsx";
import { problemOf } from "../../app/forms/refusal.ts";
import { useGo } from "../../app/links.ts";
import { RequestWarning } from "../../deployed/request-warning.tsx";
import { CodeEditor } from "../../ui/code-editor.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";
import type { DeployedFunction } from "./deployed.ts";
import { deploymentOf, type FunctionForm, functionForm } from "./function-form.ts";
import { SettingsFields } from "./settings-fields.tsx";
import { showDeployRefusal } from "./show-deploy-refusal.ts";
import { FUNCTION_TEMPLATES } from "./templates.ts";
import { useOwnStarters } from "./use-own-starters.ts";

/** Deploys the first version of a function. */
export default function NewFunctionPage(): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const [template, setTemplate] = useState(FUNCTION_TEMPLATES[0]!.id);
  const form = useForm<FunctionForm>({
    resolver: zodResolver(functionForm),
    defaultValues: FUNCTION_TEMPLATES[0]!.form,
  });
  const deploy = useApiMutation({
    run: (api, values: FunctionForm) => api.put<DeployedFunction>(`deployments/${values.name}`, deploymentOf(values)),
    changes: ["deployments"],
    onDone: ({ name }) => go(`functions/${name}`),
  });
  const [source, others] = form.watch(["source", "others"]);
  const starters = useOwnStarters(others);
  const begin = (id: string) => {
    setTemplate(id);
    form.reset(FUNCTION_TEMPLATES.find((one) => one.id === id)!.form);
  };
  return (
    <FormPage
      list={{ path: "functions", title: <Trans>Functions</Trans> }}
      title={t`New function`}
      description={t`One JavaScript module. It may do nothing but what you declare here.`}
      form={form}
      create={deploy}
      onRefusal={showDeployRefusal}
      submitLabel={<Trans>Deploy</Trans>}
    >
      <Field label={t`Begin with`}>
        <Select
          value={template}
          onValueChange={begin}
          options={FUNCTION_TEMPLATES.map(({ id, title }) => ({ value: id, label: t(title) }))}
          className="max-w-80"
        />
      </Field>
      <Field
        label={t`Name`}
        required
        description={t`It is a part of the address: /api/functions/NAME`}
        error={problemOf(form, "name", t`Begin with a letter, and use a-z, 0-9 and -.`)}
      >
        <Input {...form.register("name")} spellCheck={false} className="max-w-80" />
      </Field>
      <Controller
        control={form.control}
        name="source"
        render={({ field }) => (
          <Field label={t`Code`} error={problemOf(form, "source", t`Write the function.`)}>
            <CodeEditor language="javascript" value={field.value} onValueChange={field.onChange} />
          </Field>
        )}
      />
      <RequestWarning source={source} starters={starters} />
      <SettingsFields form={form} />
    </FormPage>
  );
}

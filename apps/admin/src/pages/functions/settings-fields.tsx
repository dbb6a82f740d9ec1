import { useLingui } from "@lingui/react/macro";
import { type ReactNode, useMemo } from "react";
import { Controller, type UseFormReturn } from "react-hook-form";
import { problemOf } from "../../app/forms/refusal.ts";
import { useCollections } from "../../data/collections.ts";
import { optionsOf, useRoleOptions, valuesOf } from "../../data/role-options.ts";
import { CodeEditor } from "../../ui/code-editor.tsx";
import { Field } from "../../ui/field.tsx";
import { MultiCombobox } from "../../ui/multi-combobox.tsx";
import { Select } from "../../ui/select.tsx";
import { Textarea } from "../../ui/textarea.tsx";
import { FUNCTION_ACTIONS, FUNCTION_METHODS } from "./deployed.ts";
import type { FunctionForm } from "./function-form.ts";

interface SettingsFieldsProps {
  readonly form: UseFormReturn<FunctionForm>;
}

/** Who may call a function, and what it may do. */
export function SettingsFields({ form }: SettingsFieldsProps): ReactNode {
  return (
    <div className="flex flex-col gap-5">
      <CallerFields form={form} />
      <RightsFields form={form} />
      <OtherSettings form={form} />
    </div>
  );
}

function CallerFields({ form }: SettingsFieldsProps): ReactNode {
  const { t } = useLingui();
  const roles = useRoleOptions();
  const callers = useMemo(
    () => [
      { value: "admin", label: t`Administrators and secret keys` },
      { value: "signed_in", label: t`Whoever is signed in` },
      { value: "public", label: t`Everybody` },
      ...roles.map(({ value }) => ({ value: `role:${value}`, label: t`The role ${value}` })),
    ],
    [roles, t],
  );
  return (
    <>
      <Controller
        control={form.control}
        name="auth"
        render={({ field }) => (
          <Field label={t`Who may call it`} error={problemOf(form, "auth", t`Choose who may call it.`)}>
            <Select value={field.value} onValueChange={field.onChange} options={callers} className="max-w-80" />
          </Field>
        )}
      />
      <Controller
        control={form.control}
        name="methods"
        render={({ field }) => (
          <Field
            label={t`Methods`}
            description={t`One that changes something answers to POST alone: browsers follow links with cookies.`}
            error={problemOf(form, "methods", t`Choose at least one method.`)}
          >
            <MultiCombobox
              addLabel={t`Add method`}
              value={optionsOf(field.value)}
              onValueChange={(chosen) => field.onChange(valuesOf(chosen))}
              source={optionsOf(FUNCTION_METHODS)}
            />
          </Field>
        )}
      />
    </>
  );
}

function RightsFields({ form }: SettingsFieldsProps): ReactNode {
  const { t } = useLingui();
  const roles = useRoleOptions();
  const { data: collections = [] } = useCollections();
  const actors = useMemo(
    () => [
      { value: "caller", label: t`Whoever calls it` },
      ...roles.map(({ value }) => ({ value: `role:${value}`, label: t`The role ${value}` })),
      { value: "system", label: t`The system: no rule binds it` },
    ],
    [roles, t],
  );
  return (
    <>
      <Controller
        control={form.control}
        name="as"
        render={({ field }) => (
          <Field
            label={t`Acts as`}
            description={t`By whose rules it reads and writes items.`}
            error={problemOf(form, "as", t`Choose as whom it acts.`)}
          >
            <Select value={field.value} onValueChange={field.onChange} options={actors} className="max-w-80" />
          </Field>
        )}
      />
      <Controller
        control={form.control}
        name="actions"
        render={({ field }) => (
          <Field label={t`Actions`} description={t`What it may do with items. Without one, nothing.`}>
            <MultiCombobox
              addLabel={t`Add action`}
              value={optionsOf(field.value)}
              onValueChange={(chosen) => field.onChange(valuesOf(chosen))}
              source={optionsOf(FUNCTION_ACTIONS)}
            />
          </Field>
        )}
      />
      <Controller
        control={form.control}
        name="collections"
        render={({ field }) => (
          <Field label={t`Collections`} description={t`Whose items it reaches. Without one, none.`}>
            <MultiCombobox
              addLabel={t`Add collection`}
              value={optionsOf(field.value)}
              onValueChange={(chosen) => field.onChange(valuesOf(chosen))}
              source={optionsOf(collections.map(({ slug }) => slug))}
            />
          </Field>
        )}
      />
      <Field
        label={t`Other servers`}
        description={t`Hosts that it may ask, one in a line, such as api.example.com. Without one, none.`}
        error={problemOf(form, "fetch", t`Write hosts.`)}
      >
        <Textarea rows={2} {...form.register("fetch")} spellCheck={false} className="font-mono" />
      </Field>
    </>
  );
}

function OtherSettings({ form }: SettingsFieldsProps): ReactNode {
  const { t } = useLingui();
  return (
    <Controller
      control={form.control}
      name="others"
      render={({ field }) => (
        <Field
          label={t`All other settings`}
          description={t`Its limits and what starts it, as the API takes them.`}
          error={problemOf(form, "others", t`This is not a JSON object.`)}
        >
          <CodeEditor language="json" value={field.value} onValueChange={field.onChange} />
        </Field>
      )}
    />
  );
}

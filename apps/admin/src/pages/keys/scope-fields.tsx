import { Trans, useLingui } from "@lingui/react/macro";
import { KEY_ACTIONS } from "@plinth/core";
import type { ReactNode } from "react";
import { Controller, type UseFormReturn } from "react-hook-form";
import { useCollections } from "../../data/collections.ts";
import { optionsOf, useRoleOptions, valuesOf } from "../../data/role-options.ts";
import { Field } from "../../ui/field.tsx";
import { MultiCombobox } from "../../ui/multi-combobox.tsx";
import { NumberInput } from "../../ui/number-input.tsx";
import { Textarea } from "../../ui/textarea.tsx";
import type { KeyForm } from "./new-key.tsx";

/** What a scoped key is limited to. */
export function KeyScopeFields({ form }: { readonly form: UseFormReturn<KeyForm> }): ReactNode {
  const { t } = useLingui();
  const roles = useRoleOptions();
  const { data: collections = [] } = useCollections();
  const { errors } = form.formState;
  return (
    <fieldset className="flex flex-col gap-5 rounded-lg border p-4">
      <legend className="px-1 font-medium">
        <Trans>Scope</Trans>
      </legend>
      <Controller
        control={form.control}
        name="roles"
        render={({ field }) => (
          <Field
            label={t`Roles`}
            description={t`Whose rules bind the key. Without one, the rules for everybody do.`}
            error={errors.roles?.message}
          >
            <MultiCombobox
              addLabel={t`Add role`}
              value={optionsOf(field.value)}
              onValueChange={(chosen) => field.onChange(valuesOf(chosen))}
              source={roles}
            />
          </Field>
        )}
      />
      <Controller
        control={form.control}
        name="actions"
        render={({ field }) => (
          <Field
            label={t`Actions`}
            required
            description={t`What the key may be used for, as far as its roles allow it.`}
            error={errors.actions?.message}
          >
            <MultiCombobox
              addLabel={t`Add action`}
              value={optionsOf(field.value)}
              onValueChange={(chosen) => field.onChange(valuesOf(chosen))}
              source={optionsOf(KEY_ACTIONS)}
            />
          </Field>
        )}
      />
      <Controller
        control={form.control}
        name="collections"
        render={({ field }) => (
          <Field
            label={t`Collections`}
            description={t`Without one, all of them, also those made later.`}
            error={errors.collections?.message}
          >
            <MultiCombobox
              addLabel={t`Add collection`}
              value={optionsOf(field.value ?? [])}
              onValueChange={(chosen) => field.onChange(chosen.length > 0 ? valuesOf(chosen) : null)}
              source={optionsOf(collections.map(({ slug }) => slug))}
            />
          </Field>
        )}
      />
      <Field
        label={t`Addresses`}
        description={t`IP addresses and ranges that may use the key, such as 203.0.113.0/24. Without one, all.`}
        error={errors.ip_ranges?.message}
      >
        <Textarea rows={2} {...form.register("ip_ranges")} />
      </Field>
      <Controller
        control={form.control}
        name="rate_limit"
        render={({ field }) => (
          <Field label={t`Requests per minute`} error={errors.rate_limit?.message}>
            <NumberInput
              min={1}
              max={1_000_000}
              value={field.value}
              onValueChange={field.onChange}
              className="max-w-40"
            />
          </Field>
        )}
      />
    </fieldset>
  );
}

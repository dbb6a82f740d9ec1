import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Controller, type UseFormReturn } from "react-hook-form";
import { problemOf } from "../../../app/forms/refusal.ts";
import { Field } from "../../../ui/field.tsx";
import { Input } from "../../../ui/input.tsx";
import { RadioGroup } from "../../../ui/radio-group.tsx";
import { Select } from "../../../ui/select.tsx";
import type { FlowTriggerForm } from "./flow-trigger-form.ts";

interface MessageFieldsProps {
  readonly form: UseFormReturn<FlowTriggerForm>;
  /** Names of secrets that are there. */
  readonly secrets: readonly string[];
}

/** How a message proves where it comes from. */
export function MessageFields({ form, secrets }: MessageFieldsProps): ReactNode {
  const { t } = useLingui();
  const scheme = form.watch("scheme");
  return (
    <>
      <Controller
        control={form.control}
        name="scheme"
        render={({ field }) => (
          <Field label={t`Signature`}>
            <RadioGroup
              boxed
              value={field.value}
              onValueChange={field.onChange}
              options={[
                { value: "standard", label: "Standard Webhooks", description: t`Prefer it where the sender can.` },
                { value: "hmac", label: "HMAC", description: t`SHA-256 of the body in a header, such as GitHub's.` },
              ]}
            />
          </Field>
        )}
      />
      <Field
        label={t`Name of the secret`}
        required
        description={
          secrets.length === 0
            ? t`Such as SIGN_KEY. Store its value in the tab of secrets.`
            : t`One of ${secrets.join(", ")}, or one that you store later.`
        }
        error={problemOf(form, "secret", t`Use A-Z, 0-9 and _.`)}
      >
        <Input {...form.register("secret")} spellCheck={false} className="max-w-80 font-mono" />
      </Field>
      {scheme === "hmac" && (
        <>
          <Field
            label={t`Header`}
            required
            description={t`In lower case, such as x-hub-signature-256.`}
            error={problemOf(form, "header", t`Write the name of a header in lower case.`)}
          >
            <Input {...form.register("header")} spellCheck={false} className="max-w-80 font-mono" />
          </Field>
          <Field label={t`Before the signature`} description={t`Such as sha256=, or nothing.`}>
            <Input {...form.register("prefix")} spellCheck={false} className="max-w-80 font-mono" />
          </Field>
          <Controller
            control={form.control}
            name="encoding"
            render={({ field }) => (
              <Field label={t`Written as`}>
                <Select
                  value={field.value}
                  onValueChange={field.onChange}
                  options={[
                    { value: "hex", label: "hex" },
                    { value: "base64", label: "base64" },
                  ]}
                  className="max-w-40"
                />
              </Field>
            )}
          />
        </>
      )}
    </>
  );
}

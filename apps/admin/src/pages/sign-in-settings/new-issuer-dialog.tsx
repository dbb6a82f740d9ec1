import { zodResolver } from "@hookform/resolvers/zod";
import { Trans, useLingui } from "@lingui/react/macro";
import { ROLE_ADMIN } from "@plinth/core";
import type { ReactNode } from "react";
import { Controller, useForm } from "react-hook-form";
import { useApiMutation } from "../../api/hooks.ts";
import { FormDialog } from "../../app/forms/form-dialog.tsx";
import { problemOf, showRefusal } from "../../app/forms/refusal.ts";
import { optionsOf, useRoleOptions, valuesOf } from "../../data/role-options.ts";
import { Checkbox } from "../../ui/checkbox.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { MultiCombobox } from "../../ui/multi-combobox.tsx";
import { RadioGroup } from "../../ui/radio-group.tsx";
import { Textarea } from "../../ui/textarea.tsx";
import { toast } from "../../ui/toast.ts";
import { type IssuerForm, issuerBody, issuerSchema, NO_ISSUER } from "./issuer-form.ts";

interface NewIssuerDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

/** Lets the tokens of another system count in the workspace. */
export function NewIssuerDialog({ open, onClose }: NewIssuerDialogProps): ReactNode {
  const { t } = useLingui();
  const roles = useRoleOptions().filter(({ value }) => value !== ROLE_ADMIN);
  const form = useForm<IssuerForm>({ resolver: zodResolver(issuerSchema), defaultValues: NO_ISSUER });
  const create = useApiMutation({
    run: (api, values: IssuerForm) => api.post("trusted-issuers", issuerBody(values)),
    changes: ["trusted-issuers"],
    onDone: () => {
      toast.success(t`Its tokens are accepted from now on`);
      close();
    },
  });
  const close = () => {
    form.reset();
    create.reset();
    onClose();
  };
  const submit = form.handleSubmit((values) => create.mutateAsync(values).catch((error) => showRefusal(form, error)));
  const { errors } = form.formState;
  const message = (field: keyof IssuerForm, local: string) => problemOf(form, field, local);
  return (
    <FormDialog
      open={open}
      size="md"
      title={t`Trust an issuer`}
      submitLabel={<Trans>Trust issuer</Trans>}
      pending={create.isPending}
      onSubmit={submit}
      onClose={close}
      noValidate
    >
      <Field
        label={t`Issuer`}
        required
        description={t`The claim iss of its tokens, letter by letter.`}
        error={message("issuer", t`Write the issuer.`)}
      >
        <Input autoFocus placeholder="https://example.eu.auth0.com/" {...form.register("issuer")} />
      </Field>
      <Field
        label={t`Audience`}
        required
        description={t`The claim aud that its tokens must name.`}
        error={message("audience", t`Write the audience.`)}
      >
        <Input {...form.register("audience")} />
      </Field>
      <Controller
        control={form.control}
        name="source"
        render={({ field }) => (
          <Field label={t`Its keys`}>
            <RadioGroup
              value={field.value}
              onValueChange={field.onChange}
              options={[
                { value: "address", label: t`Are published at an address` },
                { value: "key", label: t`I have the public key` },
              ]}
            />
          </Field>
        )}
      />
      {form.watch("source") === "address" ? (
        <Field
          label={t`Address of its keys`}
          required
          error={message("jwks_url", t`Write an address that begins with https://.`)}
        >
          <Input placeholder="https://example.eu.auth0.com/.well-known/jwks.json" {...form.register("jwks_url")} />
        </Field>
      ) : (
        <Field
          label={t`Public key`}
          required
          description={t`In PEM form, as a JWK or as a JWK set.`}
          error={message("public_key", t`Paste the key.`)}
        >
          <Textarea rows={5} {...form.register("public_key")} />
        </Field>
      )}
      <fieldset className="grid gap-4 sm:grid-cols-3">
        <legend className="pb-1 font-medium text-sm">
          <Trans>Claims that hold the user's</Trans>
        </legend>
        <Field label={t`Id`}>
          <Input {...form.register("claim_id")} />
        </Field>
        <Field label={t`Email`}>
          <Input {...form.register("claim_email")} />
        </Field>
        <Field label={t`Roles`}>
          <Input {...form.register("claim_roles")} />
        </Field>
      </fieldset>
      <Controller
        control={form.control}
        name="roles"
        render={({ field }) => (
          <Field
            label={t`Roles it may give`}
            description={t`Other roles in its tokens are passed over.`}
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
        name="trust_email"
        render={({ field }) => (
          <Field
            inline
            label={t`Its addresses are confirmed`}
            description={t`Otherwise an address counts only where the token says email_verified.`}
          >
            <Checkbox checked={field.value} onCheckedChange={(checked) => field.onChange(checked === true)} />
          </Field>
        )}
      />
      {errors.root && <ErrorState inline error={create.error} />}
    </FormDialog>
  );
}

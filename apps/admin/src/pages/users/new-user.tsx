import { zodResolver } from "@hookform/resolvers/zod";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Controller, useForm } from "react-hook-form";
import * as z from "zod";
import { useApiGet, useApiMutation } from "../../api/hooks.ts";
import { FormPage } from "../../app/forms/form-page.tsx";
import { problemOf } from "../../app/forms/refusal.ts";
import { useLeaveGuard } from "../../app/forms/use-leave-guard.ts";
import { useGo } from "../../app/links.ts";
import { RolePicker } from "../../data/role-picker.tsx";
import { useSignInAddress } from "../../schema/use-api-address.ts";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import type { User } from "./user.ts";

const schema = z.object({
  email: z.email(),
  name: z.string().trim().min(1).max(200),
  password: z.string(),
  email_verified: z.boolean(),
  roles: z.array(z.string()),
});

type UserForm = z.infer<typeof schema>;

const EMPTY: UserForm = { email: "", name: "", password: "", email_verified: false, roles: [] };

/** Makes an account for somebody, whatever sign-up is set to. */
export default function NewUser(): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const signIn = useSignInAddress();
  const form = useForm<UserForm>({ resolver: zodResolver(schema), defaultValues: EMPTY });
  const guard = useLeaveGuard(form.formState.isDirty);
  const create = useApiMutation({
    run: (api, { password, ...rest }: UserForm) => api.post<User>("users", { ...rest, ...(password && { password }) }),
    changes: ["users"],
    onDone: ({ id }) => {
      guard.allow();
      go(`users/${id}`);
    },
  });
  const { errors } = form.formState;
  return (
    <FormPage
      list={{ path: "users", title: <Trans>Users</Trans> }}
      title={t`New user`}
      form={form}
      create={create}
      submitLabel={<Trans>Create user</Trans>}
    >
      <p className="text-muted text-sm">
        <Trans>
          This person signs in to your app at{" "}
          <a className="break-all text-accent-ink underline" href={signIn} target="_blank" rel="noreferrer">
            {signIn}
          </a>
          , not to this admin.
        </Trans>
      </p>
      <Field label={t`Email`} required error={problemOf(form, "email", t`Write an address such as ada@example.com.`)}>
        <Input type="email" autoFocus autoComplete="off" {...form.register("email")} />
      </Field>
      <Field label={t`Name`} required error={problemOf(form, "name", t`Write a name of 1 to 200 characters.`)}>
        <Input maxLength={200} autoComplete="off" {...form.register("name")} />
      </Field>
      <Field label={t`Password`} description={<PasswordRules />} error={errors.password?.message}>
        <Input type="password" autoComplete="new-password" {...form.register("password")} />
      </Field>
      <Controller
        control={form.control}
        name="roles"
        render={({ field }) => (
          <Field label={t`Roles`} error={errors.roles?.message}>
            <RolePicker value={field.value} onValueChange={field.onChange} />
          </Field>
        )}
      />
      <Controller
        control={form.control}
        name="email_verified"
        render={({ field }) => (
          <Field inline label={t`The address is theirs`} description={t`Otherwise they confirm it by a mail.`}>
            <Checkbox checked={field.value} onCheckedChange={(checked) => field.onChange(checked === true)} />
          </Field>
        )}
      />
    </FormPage>
  );
}

interface PasswordSettings {
  readonly passwords: { readonly min_length: number; readonly refuse_common: boolean };
}

/** What the workspace asks of a password, before one is refused. */
function PasswordRules(): ReactNode {
  const { data } = useApiGet<PasswordSettings>("auth-settings");
  return (
    <>
      {data && (
        <>
          <Plural value={data.passwords.min_length} one="At least # character" other="At least # characters" />
          {". "}
          {data.passwords.refuse_common && <Trans>Not one of the commonest, and not the address.</Trans>}{" "}
        </>
      )}
      <Trans>Leave it empty if they sign in by mail or a provider, or set one by "Forgot password".</Trans>
    </>
  );
}

import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useState } from "react";
import { useApiMutation } from "../../api/hooks.ts";
import { FormDialog } from "../../app/forms/form-dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { RadioGroup } from "../../ui/radio-group.tsx";
import type { OperatorAccount } from "./operator-account.ts";

interface NewOperatorDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

interface NewOperator {
  readonly email: string;
  readonly name: string;
  readonly password: string;
  readonly role: OperatorAccount["role"];
}

const EMPTY: NewOperator = { email: "", name: "", password: "", role: "member" };

/** Makes the account of a further operator. */
export function NewOperatorDialog({ open, onClose }: NewOperatorDialogProps): ReactNode {
  const { t } = useLingui();
  const [values, setValues] = useState(EMPTY);
  const create = useApiMutation({
    run: (api, body: NewOperator) => api.post<OperatorAccount>("operators", body),
    changes: ["operators"],
    onDone: () => close(),
  });
  const close = () => {
    setValues(EMPTY);
    create.reset();
    onClose();
  };
  const submit = () => {
    create.mutate(values);
  };
  const set = (name: "email" | "name" | "password") => (event: { target: { value: string } }) =>
    setValues({ ...values, [name]: event.target.value });
  return (
    <FormDialog
      open={open}
      title={t`New operator`}
      submitLabel={<Trans>Create operator</Trans>}
      pending={create.isPending}
      onSubmit={submit}
      onClose={close}
    >
      <Field label={t`Name`} required>
        <Input required maxLength={200} autoFocus autoComplete="off" value={values.name} onChange={set("name")} />
      </Field>
      <Field label={t`Email`} required>
        <Input type="email" required autoComplete="off" value={values.email} onChange={set("email")} />
      </Field>
      <Field label={t`Password`} required description={t`Tell it to them in person: they can change it.`}>
        <Input
          type="password"
          required
          autoComplete="new-password"
          value={values.password}
          onChange={set("password")}
        />
      </Field>
      <Field label={t`Role`}>
        <RadioGroup
          value={values.role}
          onValueChange={(role) => setValues({ ...values, role })}
          options={[
            { value: "member", label: t`Member`, description: t`Works only in workspaces that invite them.` },
            { value: "owner", label: t`Owner`, description: t`May do everything, in every workspace.` },
          ]}
        />
      </Field>
      {create.error && <ErrorState inline error={create.error} />}
    </FormDialog>
  );
}

import { Trans, useLingui } from "@lingui/react/macro";
import type { OrganizationRole } from "@plinth/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { useApiMutation } from "../../api/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { RadioGroup } from "../../ui/radio-group.tsx";
import { SecretText } from "../../ui/secret-text.tsx";
import { roleOptions } from "./organization.ts";

interface InviteToOrganizationDialogProps {
  /** Of the organization below `/api/`. */
  readonly path: string;
  readonly open: boolean;
  readonly onClose: () => void;
}

interface OrganizationInvite {
  readonly email: string;
  readonly role: OrganizationRole;
  readonly send_mail: boolean;
}

const EMPTY: OrganizationInvite = { email: "", role: "member", send_mail: false };
const FORM = "invite-to-organization";

/** Invites a user into an organization; the link is shown once. */
export function InviteToOrganizationDialog({ path, open, onClose }: InviteToOrganizationDialogProps): ReactNode {
  const { i18n, t } = useLingui();
  const [values, setValues] = useState(EMPTY);
  const invite = useApiMutation({
    run: (api, body: OrganizationInvite) => api.post<{ readonly link: string }>(`${path}/invitations`, body),
    changes: [path],
  });
  const close = () => {
    setValues(EMPTY);
    invite.reset();
    onClose();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    invite.mutate(values);
  };
  const link = invite.data?.link;
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && close()}
      title={link ? t`The invitation's link` : t`Invite into the organization`}
      footer={
        link ? (
          <Button variant="primary" onClick={close}>
            <Trans>Done</Trans>
          </Button>
        ) : (
          <>
            <Button onClick={close}>
              <Trans>Cancel</Trans>
            </Button>
            <Button type="submit" form={FORM} variant="primary" pending={invite.isPending}>
              <Trans>Invite</Trans>
            </Button>
          </>
        )
      }
    >
      {link ? (
        <div className="flex flex-col gap-2">
          <p>
            <Trans>It works once, for {values.email}, within seven days. It is shown only here.</Trans>
          </p>
          <SecretText text={link} copyLabel={t`Copy link`} />
        </div>
      ) : (
        <form id={FORM} onSubmit={submit} className="flex flex-col gap-4">
          <Field label={t`Email`} required description={t`Only an account with this confirmed address can accept.`}>
            <Input
              type="email"
              required
              autoFocus
              value={values.email}
              onChange={(event) => setValues({ ...values, email: event.target.value })}
            />
          </Field>
          <Field label={t`Role`}>
            <RadioGroup
              value={values.role}
              onValueChange={(role) => setValues({ ...values, role })}
              options={roleOptions(i18n)}
            />
          </Field>
          <Field inline label={t`Send the link by mail`}>
            <Checkbox
              checked={values.send_mail}
              onCheckedChange={(checked) => setValues({ ...values, send_mail: checked === true })}
            />
          </Field>
          {invite.error && <ErrorState inline error={invite.error} />}
        </form>
      )}
    </Dialog>
  );
}

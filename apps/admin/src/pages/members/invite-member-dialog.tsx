import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, type ReactNode, useState } from "react";
import { useApiMutation } from "../../api/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { RadioGroup } from "../../ui/radio-group.tsx";
import { MEMBER_ROLES, type MemberRole, ROLE_NAMES, ROLE_NOTES } from "./member.ts";

interface InviteMemberDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

interface Invite {
  readonly email: string;
  readonly role: MemberRole;
  readonly send_mail: boolean;
}

const EMPTY: Invite = { email: "", role: "developer", send_mail: false };
const FORM = "invite-member";

/** Invites an operator into the workspace; the link is shown once. */
export function InviteMemberDialog({ open, onClose }: InviteMemberDialogProps): ReactNode {
  const { t } = useLingui();
  const [values, setValues] = useState(EMPTY);
  const invite = useApiMutation({
    run: (api, body: Invite) => api.post<{ readonly link: string }>("member-invitations", body),
    changes: ["member-invitations"],
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
  const buttons = link ? (
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
  );
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && close()}
      title={link ? t`The invitation's link` : t`Invite a member`}
      footer={buttons}
    >
      {link ? (
        <div className="flex flex-col gap-2">
          <p>
            <Trans>It works once, for {values.email}, within seven days. It is shown only here.</Trans>
          </p>
          <div className="flex items-center gap-2 rounded-lg border bg-sunken p-2">
            <code className="min-w-0 flex-1 break-all text-xs">{link}</code>
            <CopyButton text={link} label={t`Copy link`} />
          </div>
        </div>
      ) : (
        <form id={FORM} onSubmit={submit} className="flex flex-col gap-4">
          <Field label={t`Email`} required>
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
              options={MEMBER_ROLES.map((value) => ({
                value,
                label: t(ROLE_NAMES[value]),
                description: t(ROLE_NOTES[value]),
              }))}
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

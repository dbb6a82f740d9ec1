import { useLingui } from "@lingui/react/macro";
import { type ReactNode, useState } from "react";
import { InvitationDialog } from "../../app/forms/invitation-dialog.tsx";
import { RolePicker } from "../../data/role-picker.tsx";
import { Field } from "../../ui/field.tsx";

/** Invites somebody to make an account, which gets the roles. */
export function InviteDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { t } = useLingui();
  const [roles, setRoles] = useState<readonly string[]>([]);
  return (
    <InvitationDialog title={t`Invite somebody`} path="invitations" gives={{ roles }} onClose={onClose}>
      <Field label={t`Roles`}>
        <RolePicker value={roles} onValueChange={setRoles} />
      </Field>
    </InvitationDialog>
  );
}

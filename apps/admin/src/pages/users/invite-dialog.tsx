import { useLingui } from "@lingui/react/macro";
import { type ReactNode, useState } from "react";
import { InvitationDialog } from "../../app/forms/invitation-dialog.tsx";
import { optionsOf, useRoleOptions, valuesOf } from "../../data/role-options.ts";
import { Field } from "../../ui/field.tsx";
import { MultiCombobox } from "../../ui/multi-combobox.tsx";

/** Invites somebody to make an account, which gets the roles. */
export function InviteDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { t } = useLingui();
  const choices = useRoleOptions();
  const [roles, setRoles] = useState<readonly string[]>([]);
  return (
    <InvitationDialog title={t`Invite somebody`} path="invitations" gives={{ roles }} onClose={onClose}>
      <Field label={t`Roles`}>
        <MultiCombobox
          addLabel={t`Add role`}
          value={optionsOf(roles)}
          onValueChange={(chosen) => setRoles(valuesOf(chosen))}
          source={choices}
        />
      </Field>
    </InvitationDialog>
  );
}

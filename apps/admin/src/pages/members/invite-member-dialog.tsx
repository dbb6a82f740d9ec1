import { useLingui } from "@lingui/react/macro";
import { type ReactNode, useState } from "react";
import { type MemberRole, ROLE_NAMES } from "../../api/member-role.ts";
import { InvitationDialog } from "../../app/forms/invitation-dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { RadioGroup } from "../../ui/radio-group.tsx";
import { ROLE_NOTES, useAssignableRoles } from "./member.ts";

/** Invites an operator into the workspace. */
export function InviteMemberDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { t } = useLingui();
  const roles = useAssignableRoles();
  const [role, setRole] = useState<MemberRole>("editor");
  return (
    <InvitationDialog title={t`Invite a member`} path="member-invitations" gives={{ role }} onClose={onClose}>
      <Field label={t`Role`}>
        <RadioGroup
          value={role}
          onValueChange={setRole}
          options={roles.map((value) => ({ value, label: t(ROLE_NAMES[value]), description: t(ROLE_NOTES[value]) }))}
        />
      </Field>
    </InvitationDialog>
  );
}

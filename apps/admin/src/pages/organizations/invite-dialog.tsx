import { useLingui } from "@lingui/react/macro";
import type { OrganizationRole } from "@plinth/core";
import { type ReactNode, useState } from "react";
import { InvitationDialog } from "../../app/forms/invitation-dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { RadioGroup } from "../../ui/radio-group.tsx";
import { roleOptions } from "./organization.ts";

interface InviteToOrganizationDialogProps {
  /** Of the organization below `/api/`. */
  readonly path: string;
  readonly onClose: () => void;
}

/** Invites a user into an organization. */
export function InviteToOrganizationDialog({ path, onClose }: InviteToOrganizationDialogProps): ReactNode {
  const { i18n, t } = useLingui();
  const [role, setRole] = useState<OrganizationRole>("member");
  return (
    <InvitationDialog
      title={t`Invite into the organization`}
      path={`${path}/invitations`}
      gives={{ role }}
      note={t`Only an account with this confirmed address can accept.`}
      onClose={onClose}
    >
      <Field label={t`Role`}>
        <RadioGroup value={role} onValueChange={setRole} options={roleOptions(i18n)} />
      </Field>
    </InvitationDialog>
  );
}

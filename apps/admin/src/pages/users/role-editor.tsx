import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useState } from "react";
import { useApiMutation } from "../../api/hooks.ts";
import { useLeaveGuard } from "../../app/forms/use-leave-guard.ts";
import { RolePicker } from "../../data/role-picker.tsx";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { toast } from "../../ui/toast.ts";
import type { User } from "./user.ts";

/** The roles of a user. Nothing changes before it is saved. */
export function RoleEditor({ user }: { readonly user: User }): ReactNode {
  const { t } = useLingui();
  const [draft, setDraft] = useState<readonly string[]>();
  const save = useApiMutation({
    run: (api, roles: readonly string[]) => api.put(`users/${user.id}/roles`, { roles }),
    changes: ["users"],
    onDone: () => {
      setDraft(undefined);
      toast.success(t`The roles are saved`);
    },
  });
  const roles = draft ?? user.roles;
  useLeaveGuard(draft !== undefined, { isKeptOnPage: true });
  return (
    <div className="flex flex-col gap-3">
      <Field label={t`Roles`} hideLabel description={t`Rules say what each role may do.`}>
        <RolePicker value={roles} onValueChange={setDraft} />
      </Field>
      {save.error && <ErrorState inline error={save.error} />}
      {draft && (
        <div className="flex gap-2">
          <Button variant="primary" size="sm" pending={save.isPending} onClick={() => save.mutate(draft)}>
            <Trans>Save roles</Trans>
          </Button>
          <Button size="sm" onClick={() => setDraft(undefined)}>
            <Trans>Discard</Trans>
          </Button>
        </div>
      )}
    </div>
  );
}

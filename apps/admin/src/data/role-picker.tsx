import { Trans, useLingui } from "@lingui/react/macro";
import { ROLE_ADMIN } from "@plinth/core";
import { ShieldAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useApiMutation } from "../api/hooks.ts";
import { errorWords } from "../ui/error-words.ts";
import { MultiCombobox } from "../ui/multi-combobox.tsx";
import { toast } from "../ui/toast.ts";
import { optionsOf, useRoleOptions, valuesOf } from "./role-options.ts";

interface RolePickerProps {
  readonly value: readonly string[];
  readonly onValueChange: (roles: string[]) => void;
}

/** The roles of somebody. One that does not exist is made here; it may do nothing until rules say what. */
export function RolePicker({ value, onValueChange }: RolePickerProps): ReactNode {
  const { t } = useLingui();
  const roles = useRoleOptions();
  const create = useApiMutation({
    run: (api, name: string) => api.post("roles", { name }),
    changes: ["roles"],
    onDone: (_, name) => {
      onValueChange([...value, name]);
      toast.success(t`The role ${name} is made`, { description: t`It may do nothing until rules say what.` });
    },
  });
  const options = roles.map((role) =>
    role.value === ROLE_ADMIN
      ? { ...role, description: t`May do everything in the workspace`, icon: <ShieldAlert aria-hidden /> }
      : role,
  );
  return (
    <div className="flex flex-col gap-1">
      <MultiCombobox
        addLabel={t`Add role`}
        value={optionsOf(value)}
        onValueChange={(chosen) => onValueChange(valuesOf(chosen))}
        source={options}
        onCreate={(name) => create.mutate(name, { onError: refused })}
        createLabel={(name) => t`Create the role “${name}”`}
      />
      {value.includes(ROLE_ADMIN) && (
        <p role="status" className="flex items-start gap-1 text-sm text-warning-ink">
          <ShieldAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          <Trans>
            The role “{ROLE_ADMIN}” may read, change and delete everything in the workspace: no rule limits it.
          </Trans>
        </p>
      )}
    </div>
  );
}

const refused = (error: Error): unknown => toast.error(errorWords(error));

import { useLingui } from "@lingui/react/macro";
import { type ReactNode, useCallback } from "react";
import { useWorkspace } from "../api/workspace.ts";
import { Combobox, type ComboboxProps } from "../ui/combobox.tsx";
import type { Option } from "../ui/option.ts";
import { usePrincipalName } from "./principal-name.ts";
import { useRoleOptions } from "./role-options.ts";
import { searchUsers } from "./search-users.ts";

export interface PrincipalPickerProps extends Omit<ComboboxProps, "source" | "valueLabel" | "onCreate"> {
  readonly value: string;
}

/** A stranger, a role, or a user found by address or name, in the API's words: `anonymous`, `role:NAME`, `user:ID`. */
export function PrincipalPicker({ value, ...rest }: PrincipalPickerProps): ReactNode {
  const { t } = useLingui();
  const { api } = useWorkspace();
  const roles = useRoleOptions();
  const name = usePrincipalName(value);
  const search = useCallback(
    async (text: string, signal: AbortSignal): Promise<readonly Option[]> => {
      const groups: readonly Option[] = [
        { value: "anonymous", label: t`a stranger, without signing in` },
        { value: "authenticated", label: t`every signed-in user` },
        ...roles.map((role) => ({ value: `role:${role.value}`, label: t`a user with the role ${role.value}` })),
      ];
      const wanted = text.trim().toLowerCase();
      const users = await searchUsers(api, wanted, signal);
      return [
        ...groups.filter(({ label }) => label.toLowerCase().includes(wanted)),
        ...users.map(({ id, email, name: called }) => ({ value: `user:${id}`, label: email || called || id })),
      ];
    },
    [api, roles, t],
  );
  return <Combobox {...rest} value={value} valueLabel={name} source={search} />;
}

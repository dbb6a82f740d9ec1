import { useLingui } from "@lingui/react/macro";
import { type ReactNode, useCallback, useMemo } from "react";
import { useApiGet } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { usePrincipalName } from "../../data/principal-name.ts";
import { searchUsers } from "../../data/search-users.ts";
import { Combobox } from "../../ui/combobox.tsx";
import type { Option } from "../../ui/option.ts";
import { filterOptions } from "../../ui/use-options.ts";

interface ActorPickerProps {
  /** As the API names it: `user`, `key:ID` and the like. */
  readonly value: string | null;
  readonly onValueChange: (actor: string | undefined) => void;
  readonly className?: string;
}

interface NamedKey {
  readonly id: string;
  readonly name: string;
}

/** Who has made a change: a kind of caller, a user found by address or name, or a key. */
export function ActorPicker({ value, onValueChange, className }: ActorPickerProps): ReactNode {
  const { t } = useLingui();
  const { api, rights } = useWorkspace();
  const { data: keys } = useApiGet<readonly NamedKey[]>("keys", {}, { enabled: rights.administer });
  const choices = useMemo<readonly Option[]>(
    () => [
      { value: "user", label: t`All users` },
      { value: "key", label: t`All keys` },
      { value: "operator", label: t`All operators` },
      { value: "nobody", label: t`Nobody known`, description: t`such as SQL of the database itself` },
      ...(keys ?? []).map(({ id, name }) => ({ value: `key:${id}`, label: t`Key ${name}` })),
    ],
    [keys, t],
  );
  const search = useCallback(
    async (text: string, signal: AbortSignal): Promise<readonly Option[]> => {
      const users = rights.administer ? await searchUsers(api, text.trim(), signal) : [];
      return [
        ...filterOptions(choices, text),
        ...users.map(({ id, email, name }) => ({ value: `user:${id}`, label: email || name || id })),
      ];
    },
    [api, rights.administer, choices],
  );
  const name = usePrincipalName(value?.startsWith("user:") ? value : "");
  const known = choices.find((option) => option.value === value)?.label;
  return (
    <Combobox
      aria-label={t`By whom`}
      placeholder={t`By anybody`}
      value={value}
      valueLabel={known ?? (name || (value ?? ""))}
      onValueChange={(next) => onValueChange(next ?? undefined)}
      source={search}
      clearable
      className={className}
    />
  );
}

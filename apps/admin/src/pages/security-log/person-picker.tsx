import { useLingui } from "@lingui/react/macro";
import { type ReactNode, useCallback, useMemo } from "react";
import { useApiGet } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { nameOf, useOperatorAccounts, useParties } from "../../data/parties.ts";
import { searchUsers } from "../../data/search-users.ts";
import { Combobox } from "../../ui/combobox.tsx";
import type { Option } from "../../ui/option.ts";
import { filterOptions } from "../../ui/use-options.ts";

interface PersonPickerProps {
  /** As the log names it: `user:ID` or `key:ID`. */
  readonly value: string | null;
  readonly onValueChange: (actor: string | undefined) => void;
  readonly ofOperators: boolean;
  readonly className?: string;
}

/** Who did it: an operator, a key, or a user found by address or name. */
export function PersonPicker({ value, onValueChange, ofOperators, className }: PersonPickerProps): ReactNode {
  const { t } = useLingui();
  const { api } = useWorkspace();
  const operators = useOperatorAccounts();
  const { data: keys } = useApiGet<readonly { id: string; name: string }[]>("keys", {}, { enabled: !ofOperators });
  const choices = useMemo<readonly Option[]>(
    () => [
      ...operators.map((one) => ({ value: `user:${one.id}`, label: nameOf(one), description: t`Operator` })),
      ...(keys ?? []).map(({ id, name }) => ({ value: `key:${id}`, label: t`Key ${name}` })),
    ],
    [operators, keys, t],
  );
  const search = useCallback(
    async (text: string, signal: AbortSignal): Promise<readonly Option[]> => {
      const users = ofOperators ? [] : await searchUsers(api, text.trim(), signal);
      return [
        ...filterOptions(choices, text),
        ...users.map(({ id, email, name }) => ({ value: `user:${id}`, label: email || name || id })),
      ];
    },
    [api, ofOperators, choices],
  );
  const partyOf = useParties(useMemo(() => (value === null ? [] : [value]), [value]));
  return (
    <Combobox
      aria-label={t`By whom`}
      placeholder={t`By anybody`}
      value={value}
      valueLabel={value === null ? "" : partyOf(value).label}
      onValueChange={(next) => onValueChange(next ?? undefined)}
      source={search}
      clearable
      className={className}
    />
  );
}

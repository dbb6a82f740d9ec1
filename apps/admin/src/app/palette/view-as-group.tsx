import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { Eye, EyeOff } from "lucide-react";
import { type ReactNode, useDeferredValue } from "react";
import { apiKey } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { useRoleOptions } from "../../data/role-options.ts";
import { searchUsers } from "../../data/search-users.ts";
import { useViewing } from "../view-as/address.ts";
import { useSetViewing, useViewAs } from "../view-as/use-view-as.ts";
import { GROUP_STYLE, ITEM_STYLE } from "./styles.ts";

interface ViewAsGroupProps {
  readonly text: string;
  readonly onClose: () => void;
}

const LEAST_LETTERS = 2;
const MOST_USERS = 5;

/** "View as …": a stranger, a role, or a user whose address or name contains what is typed. */
export function ViewAsGroup({ text, onClose }: ViewAsGroupProps): ReactNode {
  const { t } = useLingui();
  const roles = useRoleOptions();
  const viewing = useViewing();
  const viewAs = useViewAs();
  const setViewing = useSetViewing();
  const heading = t`View as`;
  const users = useUserMatches(text, heading);
  const run = (work: () => void) => () => {
    onClose();
    work();
  };
  const choices = [
    { principal: "anonymous", label: t`View as a stranger, without signing in` },
    { principal: "authenticated", label: t`View as every signed-in user` },
    ...roles.map(({ value }) => ({ principal: `role:${value}`, label: t`View as a user with the role ${value}` })),
  ];
  return (
    <Command.Group heading={heading} className={GROUP_STYLE} forceMount={users.length > 0}>
      {viewing !== undefined && (
        <Command.Item
          value={t`View as yourself again`}
          onSelect={run(() => setViewing(undefined))}
          className={ITEM_STYLE}
        >
          <EyeOff aria-hidden />
          {t`View as yourself again`}
        </Command.Item>
      )}
      {choices.map(({ principal, label }) => (
        <Command.Item key={principal} value={label} onSelect={run(() => viewAs(principal))} className={ITEM_STYLE}>
          <Eye aria-hidden />
          {label}
        </Command.Item>
      ))}
      {users.map(({ id, email, name }) => (
        <Command.Item
          key={id}
          value={`user ${id}`}
          forceMount
          onSelect={run(() => viewAs(`user:${id}`))}
          className={ITEM_STYLE}
        >
          <Eye aria-hidden />
          <span className="min-w-0 truncate">{t`View as ${email || name || id}`}</span>
        </Command.Item>
      ))}
    </Command.Group>
  );
}

/** Who is meant by "ann", and by "view as ann". */
function useUserMatches(text: string, heading: string) {
  const { slug, api } = useWorkspace();
  const typed = text.trim().toLowerCase();
  const prefix = `${heading.toLowerCase()} `;
  const wanted = useDeferredValue(typed.startsWith(prefix) ? typed.slice(prefix.length).trim() : typed);
  const { data = [] } = useQuery({
    queryKey: apiKey(slug, "users", { search: wanted }),
    queryFn: ({ signal }) => searchUsers(api, wanted, signal),
    enabled: wanted.length >= LEAST_LETTERS,
    staleTime: 30_000,
  });
  return data.slice(0, MOST_USERS);
}

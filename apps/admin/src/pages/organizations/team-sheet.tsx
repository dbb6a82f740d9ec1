import { Trans, useLingui } from "@lingui/react/macro";
import { UserMinus } from "lucide-react";
import { type FormEvent, type ReactNode, useCallback, useState } from "react";
import { useApiList, useApiMutation } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { useCollections } from "../../data/collections.ts";
import { Button } from "../../ui/button.tsx";
import { Combobox } from "../../ui/combobox.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Input } from "../../ui/input.tsx";
import type { Option } from "../../ui/option.ts";
import { LoadMore } from "../../ui/pagination.tsx";
import { Sheet } from "../../ui/sheet.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import type { Team, TeamMember } from "./organization.ts";

interface TeamSheetProps {
  /** Of the organization below `/api/`. */
  readonly path: string;
  readonly team: Team;
  readonly onClose: () => void;
}

/** The name of a team, and who is in it. */
export function TeamSheet({ path, team, onClose }: TeamSheetProps): ReactNode {
  return (
    <Sheet open onOpenChange={(next) => !next && onClose()} title={team.name}>
      <div className="flex flex-col gap-6">
        <TeamName path={path} team={team} />
        <TeamMembers path={path} team={team} />
      </div>
    </Sheet>
  );
}

function TeamName({ path, team }: Omit<TeamSheetProps, "onClose">): ReactNode {
  const { t } = useLingui();
  const [name, setName] = useState(team.name);
  const rename = useApiMutation({
    run: (api) => api.patch(`${path}/teams/${team.id}`, { name: name.trim() }),
    changes: [path, "items"],
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-2">
      <div className="flex items-end gap-2">
        <Field label={t`Name`} className="flex-1">
          <Input required maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Button type="submit" disabled={name.trim() === team.name} pending={rename.isPending}>
          <Trans>Rename</Trans>
        </Button>
      </div>
      {rename.error && <ErrorState inline error={rename.error} />}
    </form>
  );
}

/** Members of the organization that one search shows. */
const FOUND = 50;

function TeamMembers({ path, team }: Omit<TeamSheetProps, "onClose">): ReactNode {
  const { t } = useLingui();
  const own = `${path}/teams/${team.id}/members`;
  const members = useApiList<TeamMember>(own);
  const add = useApiMutation({ run: (api, user: string) => api.put(`${own}/${user}`), changes: [own, "items"] });
  const remove = useApiMutation({ run: (api, user: string) => api.delete(`${own}/${user}`), changes: [own, "items"] });
  const search = useMemberSearch(path);
  const error = members.error ?? add.error ?? remove.error;
  return (
    <section className="flex flex-col gap-3">
      <h3 className="font-semibold">
        <Trans>Members of the team</Trans>
      </h3>
      <Field label={t`Take somebody into the team`}>
        <Combobox
          value={null}
          onValueChange={(user) => user !== null && add.mutate(user)}
          source={search}
          placeholder={t`Choose a member of the organization`}
          disabled={add.isPending}
        />
      </Field>
      {error && <ErrorState inline error={error} />}
      {members.isPending && <SkeletonLines lines={2} />}
      {!members.isPending && members.error === null && members.rows.length === 0 && (
        <p className="text-muted text-sm">
          <Trans>Nobody is in the team yet.</Trans>
        </p>
      )}
      <ul className="flex flex-col">
        {members.rows.map(({ user, name }) => (
          <li key={user} className="flex items-center gap-2 border-b py-1 last:border-b-0">
            <span className="min-w-0 flex-1 break-words text-sm">{name || user}</span>
            <IconButton
              label={t`Take ${name || user} out of the team`}
              icon={<UserMinus aria-hidden />}
              disabled={remove.isPending}
              onClick={() => remove.mutate(user)}
            />
          </li>
        ))}
      </ul>
      {members.hasMore && (
        <LoadMore
          shown={members.rows.length}
          hasMore={members.hasMore}
          pending={members.isLoadingMore}
          onLoadMore={members.loadMore}
        />
      )}
    </section>
  );
}

/** Finds members of the organization by the names of their accounts. */
function useMemberSearch(path: string) {
  const { api } = useWorkspace();
  const { data: collections = [] } = useCollections();
  const slug = collections.find(({ system }) => system === "organization_members")?.slug;
  return useCallback(
    async (query: string, signal: AbortSignal): Promise<readonly Option[]> => {
      if (slug === undefined) return [];
      const text = query.trim();
      const filter = {
        organization: { _eq: path.split("/").at(-1) },
        ...(text !== "" && { "user.name": { _icontains: { $literal: text } } }),
      };
      const parameters = { filter: JSON.stringify(filter), fields: "id,user.id,user.name", limit: FOUND };
      const { data } = await api.list<Membership>(`items/${slug}`, parameters, signal);
      return data.map(({ user }) => ({ value: user.id, label: user.name || user.id }));
    },
    [api, path, slug],
  );
}

interface Membership {
  readonly user: { readonly id: string; readonly name: string };
}

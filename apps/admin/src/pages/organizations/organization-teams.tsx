import { Trans, useLingui } from "@lingui/react/macro";
import { UsersRound } from "lucide-react";
import { type FormEvent, type ReactNode, useMemo, useState } from "react";
import * as z from "zod";
import { useApiGet, useApiMutation } from "../../api/hooks.ts";
import { PageLink } from "../../app/page-link.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { Button } from "../../ui/button.tsx";
import { confirm } from "../../ui/confirm.ts";
import { DataTable } from "../../ui/data-table.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Time } from "../../ui/time.tsx";
import type { Team } from "./organization.ts";
import { TeamSheet } from "./team-sheet.tsx";

const address = z.object({ team: z.string().optional() });

/** The teams of an organization: some of its members each. */
export function OrganizationTeams({ path }: { readonly path: string }): ReactNode {
  const { t } = useLingui();
  const [{ team: openId }, setAddress] = useSearchState(address);
  const { data, error, refetch } = useApiGet<readonly Team[]>(`${path}/teams`);
  const remove = useApiMutation({
    run: (api, id: string) => api.delete(`${path}/teams/${id}`),
    changes: [path, "items"],
  });
  const columns = useMemo<readonly DataColumn<Team>[]>(
    () => [
      {
        id: "name",
        header: t`Name`,
        primary: true,
        cell: ({ id, name }) => (
          <PageLink path={path} search={{ tab: "teams", team: id }} className="font-medium hover:underline">
            {name}
          </PageLink>
        ),
      },
      { id: "created_at", header: t`Created`, cell: (team) => <Time value={team.created_at} /> },
    ],
    [t, path],
  );
  const askRemoval = async ({ id, name }: Team) => {
    const confirmed = await confirm({
      title: t`Delete the team ${name}?`,
      description: t`Its members stay in the organization. Items that refer to the team follow the setting of their relation.`,
      confirmLabel: t`Delete team`,
      danger: true,
    });
    if (confirmed) remove.mutate(id);
  };
  const open = data?.find(({ id }) => id === openId);
  return (
    <div className="flex flex-col gap-3">
      <NewTeam path={path} />
      {remove.error && <ErrorState inline error={remove.error} />}
      <DataTable
        label={t`Teams`}
        rows={data}
        columns={columns}
        rowId={({ id }) => id}
        error={error}
        onRetry={() => void refetch()}
        onOpen={({ id }) => setAddress({ team: id })}
        actions={(team) => [
          { label: t`Name and members`, onSelect: () => setAddress({ team: team.id }) },
          "separator",
          { label: t`Delete`, danger: true, onSelect: () => void askRemoval(team) },
        ]}
        empty={
          <EmptyState icon={<UsersRound />} title={t`No teams yet`}>
            <Trans>A team is a part of the members. Rules can show a team what the others do not see.</Trans>
          </EmptyState>
        }
      />
      {open && <TeamSheet key={open.id} path={path} team={open} onClose={() => setAddress({ team: undefined })} />}
    </div>
  );
}

function NewTeam({ path }: { readonly path: string }): ReactNode {
  const { t } = useLingui();
  const [name, setName] = useState("");
  const create = useApiMutation({
    run: (api, body: { readonly name: string }) => api.post<Team>(`${path}/teams`, body),
    changes: [path, "items"],
    onDone: () => setName(""),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({ name: name.trim() });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-2">
      <div className="flex items-end gap-2">
        <Field label={t`New team`} className="flex-1 sm:max-w-72">
          <Input required maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Button type="submit" pending={create.isPending}>
          <Trans>Create team</Trans>
        </Button>
      </div>
      {create.error && <ErrorState inline error={create.error} />}
    </form>
  );
}

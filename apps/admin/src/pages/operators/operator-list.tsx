import { Trans, useLingui } from "@lingui/react/macro";
import { Plus, ServerCog } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import * as z from "zod";
import { useApiList, useApiMutation } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { PageLink } from "../../app/page-link.tsx";
import { PagedTable } from "../../app/paged-table.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { confirm } from "../../ui/confirm.ts";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import type { MenuEntry } from "../../ui/menu-entries.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Time } from "../../ui/time.tsx";
import { toast } from "../../ui/toast.ts";
import { NewOperatorDialog } from "./new-operator-dialog.tsx";
import type { OperatorAccount } from "./operator-account.ts";

const address = z.object({ new: z.literal(true).optional() });

interface Act {
  readonly id: string;
  readonly run: "block" | "unblock" | "sign-out" | "owner" | "member" | "delete";
}

/** Who has an account on this server: owners, who may do everything everywhere, and members of workspaces. */
export default function OperatorList(): ReactNode {
  const { t } = useLingui();
  const { me } = useWorkspace();
  const [{ new: isNew }, setAddress] = useSearchState(address);
  const operators = useApiList<OperatorAccount>("operators");
  const act = useApiMutation({
    run: (api, { id, run }: Act) => {
      if (run === "delete") return api.delete(`operators/${id}`);
      if (run === "owner" || run === "member") return api.patch(`operators/${id}`, { role: run });
      return api.post(`operators/${id}/${run}`);
    },
    changes: ["operators"],
    onDone: (_, { id, run }) => {
      // The server has ended the operator's own sessions, this one too.
      if (id === me.id && (run === "sign-out" || run === "member")) location.assign(import.meta.env.BASE_URL);
      else if (run === "sign-out") toast.success(t`All sessions of this operator have ended`);
    },
  });
  const columns = useMemo<readonly DataColumn<OperatorAccount>[]>(
    () => [
      { id: "name", header: t`Name`, primary: true, cell: ({ name }) => <span className="font-medium">{name}</span> },
      { id: "email", header: t`Email`, cell: ({ email }) => email },
      {
        id: "role",
        header: t`Role`,
        cell: ({ role }) => (role === "owner" ? t`Owner` : t`Member`),
      },
      {
        id: "state",
        header: t`State`,
        cell: (operator) =>
          operator.blocked_at ? (
            <Badge tone="danger">
              <Trans>Blocked</Trans>
            </Badge>
          ) : operator.email_verified ? (
            <span className="text-muted">
              <Trans>Active</Trans>
            </span>
          ) : (
            <Badge tone="warning">
              <Trans>Address not confirmed</Trans>
            </Badge>
          ),
      },
      { id: "created_at", header: t`Since`, cell: (operator) => <Time value={operator.created_at} /> },
    ],
    [t],
  );
  const askRemoval = async ({ id, name }: OperatorAccount) => {
    const confirmed = await confirm({
      title: t`Delete the account of ${name}?`,
      description: t`The account, its sessions and its memberships will be gone. This cannot be undone.`,
      confirmLabel: t`Delete account`,
      danger: true,
    });
    if (confirmed) act.mutate({ id, run: "delete" });
  };
  const askRole = async ({ id, name, role }: OperatorAccount) => {
    const becomesOwner = role === "member";
    const confirmed = await confirm({
      title: becomesOwner ? t`Make ${name} an owner of the server?` : t`Make ${name} a member only?`,
      description: becomesOwner
        ? t`Owners may do everything, in every workspace, and make and delete operators.`
        : t`All sessions of this account end. From then on it may act only in workspaces that have invited it.`,
      confirmLabel: becomesOwner ? t`Make an owner` : t`Make a member`,
      danger: true,
    });
    if (confirmed) act.mutate({ id, run: becomesOwner ? "owner" : "member" });
  };
  const actions = (operator: OperatorAccount): readonly MenuEntry[] => {
    const { id, role, blocked_at } = operator;
    return [
      {
        label: role === "owner" ? t`Make a member only` : t`Make an owner of the server`,
        onSelect: () => void askRole(operator),
      },
      { label: t`Sign out everywhere`, onSelect: () => act.mutate({ id, run: "sign-out" }) },
      blocked_at
        ? { label: t`Unblock`, onSelect: () => act.mutate({ id, run: "unblock" }) }
        : { label: t`Block`, disabled: id === me.id, onSelect: () => act.mutate({ id, run: "block" }) },
      "separator",
      { label: t`Delete`, danger: true, disabled: id === me.id, onSelect: () => void askRemoval(operator) },
    ];
  };
  return (
    <div className="flex flex-col gap-4 p-4 lg:p-6">
      <PageHeader
        title={t`Operators`}
        description={t`The accounts of those who run this server or work in its workspaces. They are not users of an app.`}
        actions={
          <>
            <PageLink path="security-log/server" className="text-accent-ink text-sm underline">
              <Trans>Security log</Trans>
            </PageLink>
            <Button variant="primary" icon={<Plus aria-hidden />} onClick={() => setAddress({ new: true })}>
              <Trans>Create operator</Trans>
            </Button>
          </>
        }
        className="pb-0"
      />
      {act.error && <ErrorState inline error={act.error} />}
      <PagedTable
        label={t`Operators`}
        list={operators}
        columns={columns}
        rowId={({ id }) => id}
        actions={actions}
        empty={<EmptyState icon={<ServerCog />} title={t`No operators`} />}
      />
      <NewOperatorDialog open={isNew === true} onClose={() => setAddress({ new: undefined }, { replace: true })} />
    </div>
  );
}

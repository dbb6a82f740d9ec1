import { Trans, useLingui } from "@lingui/react/macro";
import { LogIn, Plus } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { useApiGet, useApiMutation } from "../../api/hooks.ts";
import { useGo } from "../../app/links.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { confirm } from "../../ui/confirm.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { toast } from "../../ui/toast.ts";
import { KIND_LABELS, type SignInProvider } from "./provider.ts";
import { SignInFrame } from "./sign-in-frame.tsx";

interface Change {
  readonly name: string;
  readonly enabled: boolean;
}

/** The other accounts with which users can sign in. */
export default function ProviderList(): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const { data, error, refetch } = useApiGet<readonly SignInProvider[]>("auth-providers");
  const change = useApiMutation({
    run: (api, { name, enabled }: Change) => api.patch(`auth-providers/${name}`, { enabled }),
    changes: ["auth-providers"],
  });
  const remove = useApiMutation({
    run: (api, name: string) => api.delete<{ readonly linked_accounts: number }>(`auth-providers/${name}`),
    changes: ["auth-providers"],
    onDone: ({ linked_accounts }) =>
      toast.success(t`The provider is deleted`, { description: t`Accounts that used it: ${linked_accounts}.` }),
  });
  const columns = useMemo<readonly DataColumn<SignInProvider>[]>(
    () => [
      {
        id: "label",
        header: t`Name`,
        primary: true,
        cell: ({ label }) => <span className="font-medium">{label}</span>,
      },
      { id: "kind", header: t`Kind`, cell: ({ kind }) => t(KIND_LABELS[kind]) },
      {
        id: "enabled",
        header: t`State`,
        cell: ({ enabled }) =>
          enabled ? (
            <Badge tone="success">
              <Trans>Switched on</Trans>
            </Badge>
          ) : (
            <Badge>
              <Trans>Off</Trans>
            </Badge>
          ),
      },
      {
        id: "callback_url",
        header: t`Address to return to`,
        cell: ({ callback_url }) => (
          <span className="flex items-center gap-1">
            <code className="min-w-0 break-all text-xs">{callback_url}</code>
            <CopyButton text={callback_url} label={t`Copy address`} />
          </span>
        ),
      },
    ],
    [t],
  );
  const askRemoval = async ({ name, label }: SignInProvider) => {
    const confirmed = await confirm({
      title: t`Delete ${label}?`,
      description: t`Users who sign in only with it cannot sign in any more, until it is there again.`,
      confirmLabel: t`Delete provider`,
      danger: true,
    });
    if (confirmed) remove.mutate(name);
  };
  const add = (
    <Button variant="primary" icon={<Plus aria-hidden />} onClick={() => go("sign-in/providers/new")}>
      <Trans>Add provider</Trans>
    </Button>
  );
  const failure = change.error ?? remove.error;
  return (
    <SignInFrame actions={data?.length === 0 ? undefined : add}>
      {failure && <ErrorState inline error={failure} className="mb-3" />}
      <DataTable
        label={t`Providers`}
        rows={data}
        columns={columns}
        rowId={({ name }) => name}
        error={error}
        onRetry={() => void refetch()}
        actions={(provider) => [
          {
            label: provider.enabled ? t`Turn off` : t`Turn on`,
            onSelect: () => change.mutate({ name: provider.name, enabled: !provider.enabled }),
          },
          "separator",
          { label: t`Delete`, danger: true, onSelect: () => void askRemoval(provider) },
        ]}
        empty={
          <EmptyState icon={<LogIn />} title={t`No providers yet`} actions={add}>
            <Trans>
              Users sign in by password, mail or passkey. With a provider they use an account that they have.
            </Trans>
          </EmptyState>
        }
      />
    </SignInFrame>
  );
}

import { Trans, useLingui } from "@lingui/react/macro";
import { Plus, ShieldCheck } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import * as z from "zod";
import { useApiGet, useApiMutation } from "../../api/hooks.ts";
import { useSearchState } from "../../app/search-state.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { confirm } from "../../ui/confirm.ts";
import { DataTable } from "../../ui/data-table.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { toast } from "../../ui/toast.ts";
import { ListSection } from "./list-section.tsx";
import { NewIssuerDialog } from "./new-issuer-dialog.tsx";
import type { TrustedIssuerInfo } from "./token-trust.ts";

const address = z.object({ new: z.enum(["key", "issuer"]).optional() });

/** Other systems whose tokens count in this workspace. */
export function TrustedIssuers(): ReactNode {
  const { t } = useLingui();
  const [{ new: adding }, setAddress] = useSearchState(address);
  const { data, error, refetch } = useApiGet<readonly TrustedIssuerInfo[]>("trusted-issuers");
  const remove = useApiMutation({
    run: (api, id: string) => api.delete(`trusted-issuers/${id}`),
    changes: ["trusted-issuers"],
    onDone: () => toast.success(t`Its tokens are refused from now on`),
  });
  const columns = useMemo<readonly DataColumn<TrustedIssuerInfo>[]>(
    () => [
      {
        id: "issuer",
        header: t`Issuer`,
        primary: true,
        cell: ({ issuer }) => <code className="break-all">{issuer}</code>,
      },
      { id: "audience", header: t`Audience`, cell: ({ audience }) => <code className="break-all">{audience}</code> },
      {
        id: "keys",
        header: t`Its keys`,
        cell: ({ jwks_url }) =>
          jwks_url === null ? t`A key given here` : <code className="break-all">{jwks_url}</code>,
      },
      {
        id: "roles",
        header: t`Roles it may give`,
        cell: ({ roles }) => (roles.length === 0 ? t`None` : roles.map((role) => <Badge key={role}>{role}</Badge>)),
      },
    ],
    [t],
  );
  const askRemoval = async ({ id, issuer }: TrustedIssuerInfo) => {
    const confirmed = await confirm({
      title: t`Stop trusting ${issuer}?`,
      description: t`Whoever comes with its tokens is refused at once.`,
      confirmLabel: t`Remove issuer`,
      danger: true,
    });
    if (confirmed) remove.mutate(id);
  };
  const add = (
    <Button icon={<Plus aria-hidden />} onClick={() => setAddress({ new: "issuer" })}>
      <Trans>Trust an issuer</Trans>
    </Button>
  );
  return (
    <ListSection
      id="trusted-issuers"
      title={<Trans>Trusted issuers</Trans>}
      description={<Trans>Users of another system use your data with the tokens that they have there.</Trans>}
      actions={data && data.length > 0 && add}
      error={remove.error}
    >
      <DataTable
        label={t`Trusted issuers`}
        rows={data}
        columns={columns}
        rowId={({ id }) => id}
        error={error}
        onRetry={() => void refetch()}
        actions={(issuer) => [{ label: t`Remove`, danger: true, onSelect: () => void askRemoval(issuer) }]}
        empty={
          <EmptyState icon={<ShieldCheck />} title={t`No other issuer is trusted`} actions={add}>
            <Trans>Such as Auth0, Keycloak, Firebase, Supabase, or a system of your own.</Trans>
          </EmptyState>
        }
      />
      <NewIssuerDialog open={adding === "issuer"} onClose={() => setAddress({ new: undefined }, { replace: true })} />
    </ListSection>
  );
}

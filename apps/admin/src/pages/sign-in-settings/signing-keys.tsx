import { Trans, useLingui } from "@lingui/react/macro";
import { KeySquare, Plus, RotateCw } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import * as z from "zod";
import { API_URL } from "../../api/config.ts";
import { useApiGet, useApiMutation } from "../../api/hooks.ts";
import { useSearchState } from "../../app/search-state.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { confirm } from "../../ui/confirm.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Time } from "../../ui/time.tsx";
import { toast } from "../../ui/toast.ts";
import { ListSection } from "./list-section.tsx";
import { NewSigningKeyDialog } from "./new-signing-key-dialog.tsx";
import { KEY_STATES, type SigningKeyInfo } from "./token-trust.ts";

const address = z.object({ new: z.enum(["key", "issuer"]).optional() });

/** The keys of access tokens: one signs, one may wait, and replaced ones count for some hours. */
export function SigningKeys(): ReactNode {
  const { t } = useLingui();
  const [{ new: adding }, setAddress] = useSearchState(address);
  const { data, error, refetch } = useApiGet<readonly SigningKeyInfo[]>("signing-keys");
  const rotate = useApiMutation({
    run: (api) => api.post<SigningKeyInfo>("signing-keys/rotate"),
    changes: ["signing-keys"],
    onDone: () => toast.success(t`Tokens are signed with another key now`),
  });
  const remove = useApiMutation({
    run: (api, id: string) => api.delete(`signing-keys/${id}`),
    changes: ["signing-keys"],
    onDone: () => toast.success(t`The key is deleted`),
  });
  const columns = useMemo<readonly DataColumn<SigningKeyInfo>[]>(
    () => [
      {
        id: "id",
        header: t`Id`,
        primary: true,
        cell: ({ id }) => (
          <span className="flex items-center gap-1">
            <code className="break-all">{id}</code>
            <CopyButton text={id} label={t`Copy id`} />
          </span>
        ),
      },
      {
        id: "state",
        header: t`State`,
        cell: ({ state }) => <Badge tone={state === "current" ? "success" : "neutral"}>{t(KEY_STATES[state])}</Badge>,
      },
      { id: "algorithm", header: t`Algorithm`, cell: ({ algorithm }) => algorithm },
      { id: "created_at", header: t`Created`, cell: (key) => <Time value={key.created_at} /> },
      {
        id: "verifies_until",
        header: t`Counts until`,
        cell: (key) => (key.verifies_until === null ? "–" : <Time absolute value={key.verifies_until} />),
      },
    ],
    [t],
  );
  const askRotation = async () => {
    const confirmed = await confirm({
      title: t`Sign with another key?`,
      description: data?.some(({ state }) => state === "next")
        ? t`The key that waits signs from now on. Tokens of the key before count for two hours more.`
        : t`A new key signs from now on. Programs that keep the public keys see it within five minutes. Tokens of the key before count for two hours more.`,
      confirmLabel: t`Rotate`,
    });
    if (confirmed) rotate.mutate();
  };
  const askRemoval = async ({ id, state }: SigningKeyInfo) => {
    const confirmed = await confirm({
      title: t`Delete this key?`,
      description:
        state === "next"
          ? t`It has signed nothing yet.`
          : t`Tokens that it has signed are refused at once. Users get new ones with their sessions.`,
      confirmLabel: t`Delete key`,
      danger: true,
    });
    if (confirmed) remove.mutate(id);
  };
  const keySet = `${API_URL}/.well-known/jwks.json`;
  return (
    <ListSection
      id="signing-keys"
      title={<Trans>Signing keys</Trans>}
      description={
        <>
          <Trans>
            Your programs find the public ones at <code className="break-all">{keySet}</code>
          </Trans>{" "}
          <CopyButton text={keySet} label={t`Copy address`} />
        </>
      }
      actions={
        <>
          <Button icon={<Plus aria-hidden />} onClick={() => setAddress({ new: "key" })}>
            <Trans>Make a key</Trans>
          </Button>
          <Button icon={<RotateCw aria-hidden />} pending={rotate.isPending} onClick={askRotation}>
            <Trans>Rotate</Trans>
          </Button>
        </>
      }
      error={rotate.error ?? remove.error}
    >
      <DataTable
        label={t`Signing keys`}
        rows={data}
        columns={columns}
        rowId={({ id }) => id}
        error={error}
        onRetry={() => void refetch()}
        actions={(key) =>
          key.state === "current" ? [] : [{ label: t`Delete`, danger: true, onSelect: () => void askRemoval(key) }]
        }
        empty={
          <EmptyState icon={<KeySquare />} title={t`No key yet`}>
            <Trans>The first is made when the first access token is asked for.</Trans>
          </EmptyState>
        }
      />
      <NewSigningKeyDialog open={adding === "key"} onClose={() => setAddress({ new: undefined }, { replace: true })} />
    </ListSection>
  );
}

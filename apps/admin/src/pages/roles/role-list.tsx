import { Trans, useLingui } from "@lingui/react/macro";
import type { Rule } from "@plinth/core";
import { Plus } from "lucide-react";
import { type FormEvent, type ReactNode, useMemo, useState } from "react";
import { useApiGet, useApiMutation } from "../../api/hooks.ts";
import { PageLink } from "../../app/page-link.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { confirm } from "../../ui/confirm.ts";
import { DataTable } from "../../ui/data-table.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { toast } from "../../ui/toast.ts";

interface Role {
  readonly name: string;
}

/** They are there from the start, and stay. */
const BUILT_IN: ReadonlySet<string> = new Set(["public", "authenticated", "admin"]);

/** The workspace's roles, with how many rules each has. */
export default function RoleList(): ReactNode {
  const { t } = useLingui();
  const { data, error, refetch } = useApiGet<readonly Role[]>("roles");
  const { data: rules } = useApiGet<readonly Rule[]>("permissions");
  const [name, setName] = useState("");
  const create = useApiMutation({
    run: (api) => api.post("roles", { name }),
    changes: ["roles"],
    onDone: () => setName(""),
  });
  const remove = useApiMutation({
    run: (api, role: string) => api.delete(`roles/${role}`),
    changes: ["roles", "permissions", "users"],
    onDone: () => toast.success(t`The role is deleted`),
  });
  const columns = useMemo<readonly DataColumn<Role>[]>(
    () => [
      {
        id: "name",
        header: t`Role`,
        primary: true,
        sortBy: (role) => role.name,
        cell: (role) => (
          <span className="flex items-center gap-2">
            <PageLink path="rules" search={{ role: role.name }} className="font-medium hover:underline">
              {role.name}
            </PageLink>
            {BUILT_IN.has(role.name) && (
              <Badge>
                <Trans>Built in</Trans>
              </Badge>
            )}
          </span>
        ),
      },
      {
        id: "rules",
        header: t`Rules`,
        align: "end",
        cell: (role) => rules?.filter((rule) => rule.role === role.name).length ?? "–",
      },
    ],
    [t, rules],
  );
  const askRemoval = async (role: Role) => {
    const confirmed = await confirm({
      title: t`Delete the role ${role.name}?`,
      description: t`Its rules are deleted, and users and keys lose it. This cannot be undone.`,
      confirmLabel: t`Delete role`,
      danger: true,
    });
    if (confirmed) remove.mutate(role.name);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <div className="flex max-w-4xl flex-col gap-4 p-4 lg:p-6">
      <PageHeader
        title={t`Roles`}
        description={t`Rules are made for roles, and users are given them.`}
        className="pb-0"
      />
      <form onSubmit={submit} className="flex items-end gap-2">
        <Field label={t`New role`} className="max-w-64 flex-1">
          <Input required value={name} placeholder="editor" onChange={(event) => setName(event.target.value)} />
        </Field>
        <Button type="submit" variant="primary" icon={<Plus aria-hidden />} pending={create.isPending}>
          <Trans>Create role</Trans>
        </Button>
      </form>
      {(create.error ?? remove.error) && <ErrorState inline error={create.error ?? remove.error} />}
      <DataTable
        label={t`Roles`}
        rows={data}
        columns={columns}
        rowId={(role) => role.name}
        error={error}
        onRetry={() => void refetch()}
        actions={(role) =>
          BUILT_IN.has(role.name) ? [] : [{ label: t`Delete`, danger: true, onSelect: () => void askRemoval(role) }]
        }
        empty={null}
      />
    </div>
  );
}

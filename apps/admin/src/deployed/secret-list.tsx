import { zodResolver } from "@hookform/resolvers/zod";
import { Trans, useLingui } from "@lingui/react/macro";
import { KeyRound, Trash2 } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { useForm } from "react-hook-form";
import * as z from "zod";
import { useApiMutation } from "../api/hooks.ts";
import { problemOf, showRefusal } from "../app/forms/refusal.ts";
import { Button } from "../ui/button.tsx";
import { confirm } from "../ui/confirm.ts";
import { DataTable } from "../ui/data-table.tsx";
import type { DataColumn } from "../ui/data-table-model.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { errorWords } from "../ui/error-words.ts";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { toast } from "../ui/toast.ts";

const schema = z.object({ name: z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/), value: z.string().min(1).max(8192) });

type SecretForm = z.infer<typeof schema>;

interface NamedSecret {
  readonly name: string;
}

interface SecretListProps {
  /** Below `/api/`, such as `flows/order/secrets`. */
  readonly path: string;
  /** Paths whose answers name the secrets. */
  readonly changes: readonly string[];
  /** Their names. */
  readonly secrets: readonly string[];
  /** What becomes of whatever reads one that is deleted. */
  readonly afterDeletion: string;
  /** How they are read, for a list without one. */
  readonly empty: string;
}

/** The names of the secrets of a function or a flow; no page shows their values. */
export function SecretList({ path, changes, secrets, afterDeletion, empty }: SecretListProps): ReactNode {
  const { t } = useLingui();
  const rows = useMemo<readonly NamedSecret[]>(() => secrets.map((name) => ({ name })), [secrets]);
  const remove = useApiMutation({
    run: (api, { name }: NamedSecret) => api.delete(`${path}/${name}`),
    changes,
    onDone: () => toast.success(t`The secret is deleted`),
  });
  const ask = async (secret: NamedSecret) => {
    const confirmed = await confirm({
      title: t`Delete the secret ${secret.name}?`,
      description: afterDeletion,
      confirmLabel: t`Delete`,
      danger: true,
    });
    if (confirmed) remove.mutate(secret, { onError: (error) => void toast.error(errorWords(error)) });
  };
  const columns = useMemo<readonly DataColumn<NamedSecret>[]>(
    () => [{ id: "name", header: t`Name`, primary: true, cell: ({ name }) => <code>{name}</code> }],
    [t],
  );
  return (
    <div className="flex flex-col gap-4">
      <NewSecret path={path} changes={changes} />
      <DataTable
        label={t`Secrets`}
        rows={rows}
        columns={columns}
        rowId={({ name }) => name}
        actions={(secret) => [
          { label: t`Delete`, icon: <Trash2 aria-hidden />, danger: true, onSelect: () => void ask(secret) },
        ]}
        empty={
          <EmptyState icon={<KeyRound />} title={t`No secrets`}>
            {empty}
          </EmptyState>
        }
      />
    </div>
  );
}

function NewSecret({ path, changes }: Pick<SecretListProps, "path" | "changes">): ReactNode {
  const { t } = useLingui();
  const form = useForm<SecretForm>({ resolver: zodResolver(schema), defaultValues: { name: "", value: "" } });
  const put = useApiMutation({
    run: (api, { name, value }: SecretForm) => api.put(`${path}/${name}`, { value }),
    changes,
    onDone: () => {
      form.reset();
      toast.success(t`The secret is stored`);
    },
  });
  const submit = form.handleSubmit((values) => put.mutateAsync(values).catch((error) => showRefusal(form, error)));
  return (
    <form onSubmit={submit} noValidate className="flex flex-wrap items-start gap-3">
      <Field label={t`Name`} error={problemOf(form, "name", t`Use A-Z, 0-9 and _.`)}>
        <Input {...form.register("name")} spellCheck={false} autoComplete="off" className="font-mono" />
      </Field>
      <Field label={t`Value`} error={problemOf(form, "value", t`Write the value.`)}>
        <Input {...form.register("value")} type="password" autoComplete="off" />
      </Field>
      <Button type="submit" className="sm:mt-6" pending={put.isPending}>
        <Trans>Store secret</Trans>
      </Button>
      {form.formState.errors.root && <ErrorState inline error={put.error} />}
    </form>
  );
}

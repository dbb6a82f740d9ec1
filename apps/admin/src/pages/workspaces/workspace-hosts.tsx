import { Trans, useLingui } from "@lingui/react/macro";
import { Trash2 } from "lucide-react";
import { type FormEvent, type ReactNode, useState } from "react";
import { useApiGet, useApiMutation } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Input } from "../../ui/input.tsx";

/** The host names that mean the workspace; owners of the server assign them. */
export function WorkspaceHosts({ slug }: { readonly slug: string }): ReactNode {
  const { t } = useLingui();
  const { rights } = useWorkspace();
  const path = `workspaces/${slug}/hosts`;
  const { data = [], error } = useApiGet<readonly { readonly host: string }[]>(path);
  const [host, setHost] = useState("");
  const add = useApiMutation({
    run: (api) => api.put(`${path}/${encodeURIComponent(host)}`),
    changes: [path],
    onDone: () => setHost(""),
  });
  const remove = useApiMutation({
    run: (api, name: string) => api.delete(`${path}/${encodeURIComponent(name)}`),
    changes: [path],
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate();
  };
  const refusal = error ?? add.error ?? remove.error;
  return (
    <Card title={t`Host names`} description={t`At these names the server is this workspace, with its sign-in pages.`}>
      <ul className="flex flex-col">
        {data.map(({ host: name }) => (
          <li key={name} className="flex items-center gap-2 border-b py-1 last:border-b-0">
            <code className="min-w-0 flex-1 break-all">{name}</code>
            {rights.server && (
              <IconButton label={t`Remove ${name}`} icon={<Trash2 aria-hidden />} onClick={() => remove.mutate(name)} />
            )}
          </li>
        ))}
        {data.length === 0 && (
          <li className="text-muted text-sm">
            <Trans>None of its own.</Trans>
          </li>
        )}
      </ul>
      {rights.server && (
        <form onSubmit={submit} className="flex items-end gap-2 pt-3">
          <Field label={t`Host name`} className="flex-1">
            <Input
              required
              placeholder="app.example.com"
              value={host}
              onChange={(event) => setHost(event.target.value)}
            />
          </Field>
          <Button type="submit" pending={add.isPending}>
            <Trans>Add</Trans>
          </Button>
        </form>
      )}
      {refusal && <ErrorState inline error={refusal} className="mt-3" />}
    </Card>
  );
}

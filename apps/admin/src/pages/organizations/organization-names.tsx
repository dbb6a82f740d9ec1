import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, type ReactNode, useState } from "react";
import { useApiMutation } from "../../api/hooks.ts";
import { useLeaveGuard } from "../../app/forms/use-leave-guard.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { toast } from "../../ui/toast.ts";
import type { OrganizationInfo } from "./organization.ts";

/** Name and slug of an organization. */
export function OrganizationNames({ organization }: { readonly organization: OrganizationInfo }): ReactNode {
  const { t } = useLingui();
  const [name, setName] = useState(organization.name);
  const [slug, setSlug] = useState(organization.slug);
  const changed = {
    ...(name !== organization.name && { name }),
    ...(slug !== organization.slug && { slug }),
  };
  useLeaveGuard(Object.keys(changed).length > 0);
  const save = useApiMutation({
    run: (api) => api.patch(`organizations/${organization.id}`, changed),
    changes: ["organizations", "items"],
    onDone: () => toast.success(t`Saved`),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Card
        footer={
          <Button type="submit" variant="primary" disabled={Object.keys(changed).length === 0} pending={save.isPending}>
            <Trans>Save</Trans>
          </Button>
        }
      >
        <div className="flex max-w-xl flex-col gap-4">
          <Field label={t`Name`} required>
            <Input required maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />
          </Field>
          <Field label={t`Slug`} required description={t`For addresses: lower-case letters, digits and hyphens.`}>
            <Input required maxLength={40} value={slug} onChange={(event) => setSlug(event.target.value)} />
          </Field>
          {save.error && <ErrorState inline error={save.error} />}
        </div>
      </Card>
    </form>
  );
}

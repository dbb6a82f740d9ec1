import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, type ReactNode, useState } from "react";
import { useApiMutation } from "../../api/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { RadioGroup } from "../../ui/radio-group.tsx";
import { toast } from "../../ui/toast.ts";

type Makers = "users" | "admins";

/** Gives the workspace organizations. It has them from then on. */
export function SwitchOnForm(): ReactNode {
  const { t } = useLingui();
  const [makers, setMakers] = useState<Makers>("users");
  const enable = useApiMutation({
    run: (api, created_by: Makers) => api.put("organizations", { created_by }),
    changes: ["collections", "permissions", "exposure"],
    onDone: () => toast.success(t`The workspace has organizations now`),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    enable.mutate(makers);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field label={t`Who may make organizations`}>
        <RadioGroup
          value={makers}
          onValueChange={setMakers}
          options={[
            { value: "users", label: t`Every user who is signed in` },
            { value: "admins", label: t`Administrators alone` },
          ]}
        />
      </Field>
      {enable.error && <ErrorState inline error={enable.error} />}
      <div>
        <Button type="submit" variant="primary" pending={enable.isPending}>
          <Trans>Switch organizations on</Trans>
        </Button>
      </div>
    </form>
  );
}

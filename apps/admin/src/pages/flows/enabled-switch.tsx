import { useLingui } from "@lingui/react/macro";
import type { StoredFlow } from "@plinth/client/flows";
import type { ReactNode } from "react";
import { useApiMutation } from "../../api/hooks.ts";
import { errorWords } from "../../ui/error-words.ts";
import { Switch } from "../../ui/switch.tsx";
import { toast } from "../../ui/toast.ts";

/** Turns the triggers of a flow on and off. Runs that have begun go on. */
export function EnabledSwitch({ flow: { name, enabled } }: { readonly flow: StoredFlow }): ReactNode {
  const { t } = useLingui();
  const turn = useApiMutation({
    run: (api, next: boolean) => api.patch<StoredFlow>(`flows/${name}`, { enabled: next }),
    changes: ["flows"],
    onDone: (flow) => toast.success(flow.enabled ? t`${name} is on` : t`${name} is off`),
  });
  return (
    <span className="inline-flex items-center gap-2 text-sm">
      <Switch
        checked={enabled}
        disabled={turn.isPending}
        aria-label={t`${name} is started by its triggers`}
        onCheckedChange={(next) => turn.mutate(next, { onError: (error) => void toast.error(errorWords(error)) })}
        onClick={(event) => event.stopPropagation()}
      />
      {enabled ? t`Switched on` : t`Off`}
    </span>
  );
}

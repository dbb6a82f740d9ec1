import { useLingui } from "@lingui/react/macro";
import { Zap } from "lucide-react";
import type { ReactNode } from "react";
import type { FlowTrigger } from "../draft/content.ts";
import { TriggerWords } from "../triggers/trigger-words.tsx";

/** What starts a flow, above its first node. */
export function FlowStart({ triggers }: { readonly triggers: readonly FlowTrigger[] }): ReactNode {
  const { t } = useLingui();
  return (
    <div className="flex w-full flex-col gap-0.5 rounded-lg border border-dashed bg-surface px-3 py-2 sm:w-60">
      <span className="flex items-center gap-2 font-medium text-sm">
        <Zap aria-hidden className="size-4 text-muted" />
        {t`Start`}
      </span>
      {triggers.length === 0 && <span className="text-muted text-xs">{t`Nothing starts it`}</span>}
      {triggers.map((trigger, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a trigger is known by its place alone
        <span key={i} className="break-words text-muted text-xs">
          <TriggerWords trigger={trigger} />
        </span>
      ))}
    </div>
  );
}

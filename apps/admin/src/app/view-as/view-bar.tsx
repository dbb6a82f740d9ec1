import { Trans, useLingui } from "@lingui/react/macro";
import { Eye } from "lucide-react";
import type { ReactNode } from "react";
import { usePrincipalName } from "../../data/principal-name.ts";
import { Button } from "../../ui/button.tsx";
import { useCurrentView } from "../current-view.ts";
import { useSetViewing } from "./use-view-as.ts";

/** Says as whom the items are read, and leads back. */
export default function ViewBar({ principal }: { readonly principal: string }): ReactNode {
  const { t } = useLingui();
  const name = usePrincipalName(principal);
  const page = useCurrentView()?.page;
  const setViewing = useSetViewing();
  const stop = () => {
    setViewing(undefined);
    // The button goes with the bar.
    document.getElementById("main")?.focus();
  };
  return (
    <section
      aria-label={t`View as`}
      className="sticky top-12 z-20 flex h-(--view-bar) items-center gap-3 border-warning-ink border-b bg-warning-soft px-4 text-sm text-warning-ink lg:top-0"
    >
      <Eye className="size-4 shrink-0" aria-hidden />
      <p role="status" className="flex min-w-0 flex-1 flex-col lg:flex-row lg:gap-2">
        <span className="truncate font-medium">
          <Trans>You see as {name}</Trans>
        </span>
        <span className="truncate lg:before:content-['·_']">
          {page?.readsAs ? (
            <Trans>Nothing can be changed.</Trans>
          ) : (
            <Trans>This page shows what you see yourself.</Trans>
          )}
        </span>
      </p>
      <Button size="sm" onClick={stop}>
        <Trans>Stop</Trans>
      </Button>
    </section>
  );
}

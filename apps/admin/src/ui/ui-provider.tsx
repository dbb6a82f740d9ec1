import type { ReactNode } from "react";
import { ConfirmHost } from "./confirm-host.tsx";
import { Toaster } from "./toaster.tsx";
import { TooltipProvider } from "./tooltip.tsx";

/** What the kit needs once around the app, inside Lingui's provider: tooltips, `confirm()` and `toast`. */
export function UiProvider({ children }: { children: ReactNode }) {
  return (
    <TooltipProvider>
      {children}
      <ConfirmHost />
      <Toaster />
    </TooltipProvider>
  );
}

import { useLingui } from "@lingui/react/macro";
import { useEffect } from "react";
import { Toaster as Sonner } from "sonner";
import { buttonStyle } from "./button.tsx";
import { cn } from "./cn.ts";
import { toasterMounted } from "./toast.ts";

export default function ToasterHost() {
  const { t } = useLingui();
  useEffect(toasterMounted, []);
  return (
    <Sonner
      position="bottom-right"
      gap={8}
      containerAriaLabel={t`Messages`}
      closeButton
      toastOptions={{
        unstyled: true,
        closeButtonAriaLabel: t`Close`,
        classNames: {
          toast: cn(
            "flex w-full items-center gap-2 rounded-lg border bg-raised py-2.5 pr-9 pl-3 text-ink text-sm shadow-pop sm:w-90",
            // Beside an open dialog, which takes the pointer from all else.
            "pointer-events-auto",
            // Its own style takes the outline away.
            "focus-visible:outline-2! focus-visible:outline-focus! focus-visible:outline-solid!",
          ),
          icon: "flex shrink-0",
          success: "[&_[data-icon]]:text-success-ink",
          error: "[&_[data-icon]]:text-danger-ink",
          content: "min-w-0 flex-1",
          title: "font-medium",
          description: "text-muted text-xs",
          actionButton: cn(buttonStyle({ size: "sm" }), "border-line-strong/50! border! border-solid!"),
          closeButton:
            "absolute top-2 right-2 inline-flex size-6 items-center justify-center rounded-md text-muted hover:bg-hover pointer-coarse:-top-0.5 pointer-coarse:-right-0.5 pointer-coarse:size-11 [&_svg]:size-3.5",
        },
      }}
    />
  );
}

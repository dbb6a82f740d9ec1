import { Dialog as Primitive } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "./cn.ts";
import { DialogHead, focusBody, overlayStyle, staysOpen } from "./dialog.tsx";

const WIDTH = { sm: "sm:max-w-sm", md: "sm:max-w-lg", lg: "sm:max-w-2xl", xl: "sm:max-w-4xl" } as const;

const EDGE = {
  right: "right-0 animate-from-right sm:border-l",
  left: "left-0 animate-from-left sm:border-r",
} as const;

export interface SheetProps {
  /** From the page's address, so that an open panel has a link and "back" closes it. */
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  side?: keyof typeof EDGE;
  size?: keyof typeof WIDTH;
  /** `false`: the page beside it stays usable, and a press there does not close it. */
  modal?: boolean;
  footer?: ReactNode;
  flush?: boolean;
  children: ReactNode;
}

/** A panel at the side; the whole screen where that is narrow. */
export function Sheet({
  open,
  onOpenChange,
  title,
  description,
  side = "right",
  size = "md",
  modal = true,
  footer,
  flush = false,
  children,
}: SheetProps) {
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange} modal={modal}>
      <Primitive.Portal>
        {modal && <Primitive.Overlay className={overlayStyle} />}
        <Primitive.Content
          onOpenAutoFocus={focusBody}
          onInteractOutside={(event) => staysOpen(event, modal)}
          {...(description === undefined ? { "aria-describedby": undefined } : {})}
          className={cn(
            "fixed inset-y-0 z-40 flex w-full flex-col bg-raised shadow-pop outline-none",
            EDGE[side],
            WIDTH[size],
          )}
        >
          <DialogHead title={title} description={description} />
          <div data-body className={cn("min-h-0 flex-1 overflow-y-auto border-t", !flush && "p-4")}>
            {children}
          </div>
          {footer !== undefined && (
            <footer className="flex flex-wrap items-center justify-end gap-2 border-t px-4 py-3 pb-[max(0.75rem,env(safe-area-inset-bottom))]">
              {footer}
            </footer>
          )}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

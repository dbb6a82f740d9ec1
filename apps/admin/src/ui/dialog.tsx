import { useLingui } from "@lingui/react/macro";
import { X } from "lucide-react";
import { Dialog as Primitive } from "radix-ui";
import type { ReactElement, ReactNode } from "react";
import { cn } from "./cn.ts";
import { IconButton } from "./icon-button.tsx";

export const overlayStyle = "fixed inset-0 z-40 animate-fade bg-overlay";

/** A window in the middle; on a narrow screen a sheet at the bottom edge. */
export const windowStyle = cn(
  "fixed z-40 flex flex-col overflow-hidden border bg-raised shadow-pop outline-none",
  "inset-x-0 bottom-0 max-h-[90dvh] animate-from-bottom rounded-t-lg pb-[env(safe-area-inset-bottom)]",
  "sm:inset-x-auto sm:top-1/2 sm:bottom-auto sm:left-1/2 sm:w-[calc(100vw-2rem)] sm:-translate-x-1/2 sm:-translate-y-1/2 sm:animate-pop sm:rounded-lg",
);

const WIDTH = { sm: "sm:max-w-md", md: "sm:max-w-xl", lg: "sm:max-w-3xl", xl: "sm:max-w-6xl" } as const;

export interface DialogProps {
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  /** Opens the dialog; not needed if `open` is controlled. */
  trigger?: ReactElement;
  title: ReactNode;
  description?: ReactNode;
  size?: keyof typeof WIDTH;
  /** Buttons, at the right. */
  footer?: ReactNode;
  /** Without space around the content. */
  flush?: boolean;
  /** A press beside it closes it: only where nothing is typed or shown that would be lost. */
  closesOutside?: boolean;
  children?: ReactNode;
}

export function Dialog({
  open,
  onOpenChange,
  trigger,
  title,
  description,
  size = "sm",
  footer,
  flush = false,
  closesOutside = false,
  children,
}: DialogProps) {
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      {trigger && <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>}
      <Primitive.Portal>
        <Primitive.Overlay className={overlayStyle} />
        <Primitive.Content
          onOpenAutoFocus={focusBody}
          onInteractOutside={(event) => staysOpen(event, closesOutside)}
          className={cn(windowStyle, WIDTH[size])}
          {...(description === undefined ? { "aria-describedby": undefined } : {})}
        >
          <DialogHead title={title} description={description} />
          {children !== undefined && (
            <div data-body className={cn("min-h-0 flex-1 overflow-y-auto", flush ? "border-t" : "px-4 pt-1 pb-4")}>
              {children}
            </div>
          )}
          {footer !== undefined && (
            <footer className="flex flex-wrap items-center justify-end gap-2 border-t px-4 py-3">{footer}</footer>
          )}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

/** A press beside it closes a panel where that does no harm; one on a message, such as on its "Undo", never does. */
export function staysOpen(event: Event, closesOutside: boolean): void {
  if (!closesOutside || (event.target as Element).closest("[data-sonner-toaster]")) event.preventDefault();
}

/** The first field has the focus, not the button that closes. On touch screens no keyboard jumps up. */
export function focusBody(event: Event): void {
  const content = event.currentTarget as HTMLElement;
  const fields = "[data-body] :is(input, textarea, select, [role=combobox]):not(:disabled, [type=hidden])";
  const field = matchMedia("(pointer: fine)").matches ? content.querySelector<HTMLElement>(fields) : null;
  event.preventDefault();
  (field ?? content).focus();
}

/** Title and close button of everything that is built on Radix' dialog. */
export function DialogHead({ title, description }: { title: ReactNode; description?: ReactNode }) {
  const { t } = useLingui();
  return (
    <header className="flex items-start gap-2 py-3 pr-2 pl-4">
      <div className="min-w-0 flex-1 pt-1">
        <Primitive.Title className="font-semibold text-lg">{title}</Primitive.Title>
        {description !== undefined && (
          <Primitive.Description className="mt-0.5 text-muted text-sm">{description}</Primitive.Description>
        )}
      </div>
      <Primitive.Close asChild>
        <IconButton label={t`Close`} icon={<X aria-hidden />} />
      </Primitive.Close>
    </header>
  );
}

/** Wraps a button of the content that closes the dialog. */
export function DialogClose({ children }: { children: ReactElement }) {
  return <Primitive.Close asChild>{children}</Primitive.Close>;
}

import { Tooltip as Primitive } from "radix-ui";
import type { ComponentProps, ReactElement, ReactNode } from "react";
import { Kbd } from "./kbd.tsx";

export interface TooltipProps {
  content: ReactNode;
  shortcut?: string;
  side?: ComponentProps<typeof Primitive.Content>["side"];
  /** One element that takes a ref and can be focused. */
  children: ReactElement;
}

/** A short text on hover and focus. Never the only place of something that people need. */
export function Tooltip({ content, shortcut, side, children }: TooltipProps) {
  return (
    <Primitive.Root>
      <Primitive.Trigger asChild>{children}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          // Screen readers read it as the description of its button.
          aria-hidden
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 flex max-w-72 animate-fade items-center gap-2 rounded-md border bg-ink px-2 py-1 text-canvas text-xs shadow-pop"
        >
          {content}
          {shortcut !== undefined && <Kbd keys={shortcut} className="border-canvas/30 bg-transparent text-canvas" />}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

export function TooltipProvider({ children }: { children: ReactNode }) {
  return <Primitive.Provider delayDuration={400}>{children}</Primitive.Provider>;
}

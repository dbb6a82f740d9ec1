import { ContextMenu as Primitive } from "radix-ui";
import type { ReactElement } from "react";
import { cn } from "./cn.ts";
import { MenuEntries, type MenuEntry, menuStyle } from "./menu-entries.tsx";

export interface ContextMenuProps {
  entries: readonly MenuEntry[];
  onOpenChange?: (open: boolean) => void;
  /** The area that answers the right mouse button. Everything in the menu is also reachable another way. */
  children: ReactElement;
}

export function ContextMenu({ entries, onOpenChange, children }: ContextMenuProps) {
  return (
    <Primitive.Root onOpenChange={onOpenChange} modal={false}>
      <Primitive.Trigger asChild>{children}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          collisionPadding={8}
          className={cn(menuStyle, "max-h-(--radix-context-menu-content-available-height)")}
        >
          <MenuEntries parts={Primitive} entries={entries} />
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

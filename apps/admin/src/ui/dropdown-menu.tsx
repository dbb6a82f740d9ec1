import { DropdownMenu as Primitive } from "radix-ui";
import type { ComponentProps, ReactElement } from "react";
import { cn } from "./cn.ts";
import { MenuEntries, type MenuEntry, menuStyle } from "./menu-entries.tsx";

export interface DropdownMenuProps {
  trigger: ReactElement;
  entries: readonly MenuEntry[];
  align?: ComponentProps<typeof Primitive.Content>["align"];
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
}

export function DropdownMenu({ trigger, entries, align = "end", open, onOpenChange }: DropdownMenuProps) {
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange} modal={false}>
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className={cn(menuStyle, "max-h-(--radix-dropdown-menu-content-available-height)")}
        >
          <MenuEntries parts={Primitive} entries={entries} />
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

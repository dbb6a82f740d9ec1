import { Check, ChevronRight } from "lucide-react";
import type { ContextMenu, DropdownMenu } from "radix-ui";
import { cloneElement, type ReactElement, type ReactNode } from "react";
import { cn } from "./cn.ts";
import { Kbd } from "./kbd.tsx";
import { popStyle } from "./popover.tsx";

/** What a menu shows: the same for menus of buttons, of rows and of the right mouse button. */
export type MenuEntry =
  | {
      label: string;
      icon?: ReactNode;
      shortcut?: string;
      disabled?: boolean;
      danger?: boolean;
      /** A tick: `true` and `false` for settings, absent for actions. */
      checked?: boolean;
      onSelect: () => void;
    }
  /** An element such as a router's link; its content is the label. */
  | { label: string; icon?: ReactNode; link: ReactElement<{ children?: ReactNode }> }
  | { label: string; icon?: ReactNode; entries: readonly MenuEntry[] }
  | { heading: string }
  | "separator";

/** The parts that Radix gives both kinds of menu. */
type MenuParts = Pick<
  typeof DropdownMenu,
  "Item" | "CheckboxItem" | "ItemIndicator" | "Separator" | "Label" | "Sub" | "SubTrigger" | "SubContent" | "Portal"
> &
  Pick<typeof ContextMenu, never>;

export const menuStyle = cn(popStyle, "min-w-44 max-w-80 overflow-y-auto p-1");

const itemStyle = cn(
  "relative flex min-h-7 cursor-default select-none items-center gap-2 rounded-md px-2 py-1 text-sm outline-none",
  "data-disabled:opacity-55 data-highlighted:bg-hover data-[state=open]:bg-hover pointer-coarse:min-h-11 [&_svg]:size-4 [&_svg]:shrink-0",
);

export function MenuEntries({ parts, entries }: { parts: MenuParts; entries: readonly MenuEntry[] }) {
  return entries.map((entry, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: separators have no name, and menus are short
    <Entry key={index} parts={parts} entry={entry} />
  ));
}

function Entry({ parts, entry }: { parts: MenuParts; entry: MenuEntry }) {
  if (entry === "separator") return <parts.Separator className="-mx-1 my-1 border-t" />;
  if ("heading" in entry) {
    return <parts.Label className="px-2 pt-1.5 pb-1 font-medium text-subtle text-xs">{entry.heading}</parts.Label>;
  }
  if ("entries" in entry) return <Submenu parts={parts} entry={entry} />;
  if ("link" in entry) {
    return (
      <parts.Item asChild className={itemStyle}>
        {cloneElement(entry.link, undefined, entry.icon, entry.label)}
      </parts.Item>
    );
  }
  const content = (
    <>
      {entry.icon}
      <span className="min-w-0 flex-1">{entry.label}</span>
      {entry.shortcut !== undefined && <Kbd keys={entry.shortcut} />}
    </>
  );
  const attributes = {
    disabled: entry.disabled,
    onSelect: entry.onSelect,
    className: cn(itemStyle, entry.danger && "text-danger-ink"),
  };
  if (entry.checked === undefined) return <parts.Item {...attributes}>{content}</parts.Item>;
  return (
    <parts.CheckboxItem {...attributes} checked={entry.checked} className={cn(attributes.className, "pl-8")}>
      <parts.ItemIndicator className="absolute left-2">
        <Check aria-hidden />
      </parts.ItemIndicator>
      {content}
    </parts.CheckboxItem>
  );
}

function Submenu({ parts, entry }: { parts: MenuParts; entry: Extract<MenuEntry, { entries: unknown }> }) {
  return (
    <parts.Sub>
      <parts.SubTrigger className={itemStyle}>
        {entry.icon}
        <span className="min-w-0 flex-1">{entry.label}</span>
        <ChevronRight aria-hidden className="text-subtle" />
      </parts.SubTrigger>
      <parts.Portal>
        <parts.SubContent className={menuStyle} collisionPadding={8}>
          <MenuEntries parts={parts} entries={entry.entries} />
        </parts.SubContent>
      </parts.Portal>
    </parts.Sub>
  );
}

import { Tabs as Primitive, Slot } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "./cn.ts";

const barStyle = "flex min-w-0 flex-wrap gap-x-4 border-b";

const tabStyle = cn(
  "-mb-px inline-flex h-9 shrink-0 items-center gap-1.5 border-transparent border-b-2 font-medium text-muted text-sm",
  "hover:text-ink focus-visible:-outline-offset-2 pointer-coarse:min-h-11",
  "data-[state=active]:border-accent data-[state=active]:text-ink aria-[current=page]:border-accent aria-[current=page]:text-ink",
  "forced-colors:border-b-4 forced-colors:border-[Canvas]",
  "forced-colors:data-[state=active]:border-[Highlight] forced-colors:aria-[current=page]:border-[Highlight]",
);

export interface TabsProps<Value extends string> {
  label: string;
  value: Value;
  onValueChange: (value: Value) => void;
  items: readonly { value: Value; label: ReactNode; content: ReactNode; disabled?: boolean }[];
  className?: string;
}

/** Parts of one page. Parts that have addresses of their own are `TabLinks`. */
export function Tabs<Value extends string>({ label, value, onValueChange, items, className }: TabsProps<Value>) {
  return (
    <Primitive.Root
      value={value}
      onValueChange={(next) => {
        const chosen = items.find((item) => item.value === next);
        if (chosen) onValueChange(chosen.value);
      }}
      className={cn("min-w-0", className)}
    >
      <Primitive.List aria-label={label} className={barStyle}>
        {items.map((item) => (
          <Primitive.Trigger
            key={item.value}
            data-own-mark
            value={item.value}
            disabled={item.disabled}
            className={tabStyle}
          >
            {item.label}
          </Primitive.Trigger>
        ))}
      </Primitive.List>
      {items.map((item) => (
        <Primitive.Content key={item.value} value={item.value} className="pt-4">
          {item.content}
        </Primitive.Content>
      ))}
    </Primitive.Root>
  );
}

/** Tabs with addresses. Each child is a `TabLink`. */
export function TabLinks({ label, className, children }: { label: string; className?: string; children: ReactNode }) {
  return (
    <nav aria-label={label} className={cn(barStyle, className)}>
      {children}
    </nav>
  );
}

/** Around one link element, which sets `aria-current="page"` where it leads to the open page (the router's does). */
export function TabLink({ children }: { children: ReactNode }) {
  return (
    <Slot.Root data-own-mark className={tabStyle}>
      {children}
    </Slot.Root>
  );
}

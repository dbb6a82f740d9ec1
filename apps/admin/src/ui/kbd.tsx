import { cn } from "./cn.ts";
import { isMac, shortcutKeys } from "./shortcut.ts";

/** A shortcut: `mod+k` is ⌘ K on a Mac and Ctrl K elsewhere. */
export function Kbd({ keys, className }: { keys: string; className?: string }) {
  return (
    <kbd
      className={cn(
        "inline-flex h-5 items-center gap-0.5 rounded-sm border bg-sunken px-1 font-sans text-muted text-xs",
        className,
      )}
    >
      {shortcutKeys(keys, isMac()).join(" ")}
    </kbd>
  );
}

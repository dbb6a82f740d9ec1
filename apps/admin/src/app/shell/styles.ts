import { cn } from "../../ui/cn.ts";

/** Opens a menu of the frame. */
export const MENU_BUTTON_STYLE =
  "flex h-10 w-full items-center gap-2 rounded-md px-2 text-left hover:bg-hover pointer-coarse:min-h-11";

export const NAV_LINK_STYLE = cn(
  "flex h-7 items-center gap-2 rounded-md px-2 text-muted hover:bg-hover hover:text-ink pointer-coarse:min-h-11",
  "aria-[current=page]:bg-selected aria-[current=page]:font-medium aria-[current=page]:text-ink [&_svg]:size-4 [&_svg]:shrink-0",
);

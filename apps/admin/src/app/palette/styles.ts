export const GROUP_STYLE =
  "p-1 [&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-subtle [&_[cmdk-group-heading]]:text-xs";
export const ITEM_STYLE =
  "flex h-8 cursor-pointer items-center gap-2 rounded-md px-2 data-[selected=true]:bg-hover pointer-coarse:min-h-11 [&_svg]:size-4 [&_svg]:text-muted";

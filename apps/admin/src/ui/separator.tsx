import { cn } from "./cn.ts";

export function Separator({ vertical = false, className }: { vertical?: boolean; className?: string }) {
  return vertical ? (
    <div aria-hidden className={cn("w-px self-stretch bg-line", className)} />
  ) : (
    <hr className={cn("border-0 border-t", className)} />
  );
}

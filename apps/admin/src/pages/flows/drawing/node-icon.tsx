import {
  BellRing,
  Braces,
  CircleX,
  Clock,
  Database,
  GitFork,
  Globe,
  type LucideIcon,
  Mail,
  Puzzle,
  Repeat,
  Rows3,
  Sparkles,
  Split,
  SquareFunction,
  UserCheck,
} from "lucide-react";
import type { ReactNode } from "react";

const ICONS: Readonly<Record<string, LucideIcon>> = {
  item: Database,
  http: Globe,
  mail: Mail,
  function: SquareFunction,
  set: Braces,
  condition: Split,
  branch: GitFork,
  loop: Repeat,
  parallel: Rows3,
  wait: Clock,
  approval: UserCheck,
  event: BellRing,
  ai: Sparkles,
  fail: CircleX,
};

/** The sign of a type of nodes; the same one for all that this page does not know. */
export function NodeIcon({ type }: { readonly type: string }): ReactNode {
  const Icon = Object.hasOwn(ICONS, type) ? ICONS[type]! : Puzzle;
  return <Icon aria-hidden className="size-4 shrink-0 text-muted" />;
}

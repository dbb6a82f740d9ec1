import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { Boxes } from "lucide-react";
import type { ReactNode } from "react";
import { useWorkspace, workspacesQuery } from "../../api/workspace.ts";
import { useGoIn } from "../links.ts";
import { GROUP_STYLE, ITEM_STYLE } from "./styles.ts";

/** The other workspaces, by name or slug. */
export function WorkspaceGroup({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { t } = useLingui();
  const { slug: open } = useWorkspace();
  const { data } = useQuery(workspacesQuery);
  const goIn = useGoIn();
  const others = data?.data.filter(({ slug, state }) => state === "active" && slug !== open) ?? [];
  return (
    <Command.Group heading={t`Workspaces`} className={GROUP_STYLE}>
      {others.map(({ slug, name }) => (
        <Command.Item
          key={slug}
          value={`workspace ${name} ${slug}`}
          onSelect={() => {
            onClose();
            goIn(slug, "");
          }}
          className={ITEM_STYLE}
        >
          <Boxes aria-hidden />
          <span className="min-w-0 flex-1 truncate">{name}</span>
          <span className="text-subtle text-xs">{slug}</span>
        </Command.Item>
      ))}
    </Command.Group>
  );
}

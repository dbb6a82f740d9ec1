import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Check, ChevronsUpDown } from "lucide-react";
import type { ReactNode } from "react";
import { useWorkspace, workspacesQuery } from "../../api/workspace.ts";
import { DropdownMenu } from "../../ui/dropdown-menu.tsx";
import { hrefIn } from "../links.ts";
import { NOT_VIEWING } from "../view-as/address.ts";
import icon from "./icon.svg";
import { MENU_BUTTON_STYLE } from "./styles.ts";
import { useWorkspaceName } from "./workspace-name.ts";

/** Names the workspace, and leads to the others. */
export default function WorkspaceMenu(): ReactNode {
  const { t } = useLingui();
  const { slug } = useWorkspace();
  const { data } = useQuery(workspacesQuery);
  const active = data?.data.filter(({ state }) => state === "active") ?? [];
  const name = useWorkspaceName();
  const links = active.map((workspace) => ({
    label: workspace.name,
    icon: <Check aria-hidden className={workspace.slug === slug ? "" : "invisible"} />,
    link: <Link to={hrefIn(workspace.slug, "")} search={NOT_VIEWING as never} />,
  }));
  return (
    <DropdownMenu
      align="start"
      entries={[
        { heading: t`Workspaces` },
        ...links,
        "separator",
        { label: t`All workspaces`, link: <Link to={hrefIn(slug, "workspaces")} /> },
      ]}
      trigger={
        <button type="button" className={MENU_BUTTON_STYLE}>
          <img src={icon} alt="" className="size-5" />
          <span className="min-w-0 flex-1 truncate font-semibold">{name}</span>
          <ChevronsUpDown className="size-4 text-subtle" aria-hidden />
        </button>
      }
    />
  );
}

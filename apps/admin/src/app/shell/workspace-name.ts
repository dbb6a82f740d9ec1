import { useQuery } from "@tanstack/react-query";
import { useWorkspace, workspacesQuery } from "../../api/workspace.ts";

/** What the open workspace is called; its slug until that is read. */
export function useWorkspaceName(): string {
  const { slug } = useWorkspace();
  const { data } = useQuery(workspacesQuery);
  return data?.data.find((workspace) => workspace.slug === slug)?.name ?? slug;
}

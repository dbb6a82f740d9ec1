import { QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useMemo, useState } from "react";
import { viewOf } from "../../api/client.ts";
import { createQueryClient } from "../../api/query-client.ts";
import { useWorkspace, WorkspaceContext } from "../../api/workspace.ts";
import { useViewing } from "./address.ts";

/** What reads items as whoever the address names. */
export function SeenAs({ children }: { readonly children: ReactNode }): ReactNode {
  const viewing = useViewing();
  if (viewing === undefined) return children;
  // Somebody else is another page: nothing of the one before stays.
  return (
    <Seen key={viewing} principal={viewing}>
      {children}
    </Seen>
  );
}

function Seen({ principal, children }: { readonly principal: string; readonly children: ReactNode }): ReactNode {
  const own = useWorkspace();
  const seen = useMemo(() => ({ ...own, client: viewOf(own.slug, principal), viewing: principal }), [own, principal]);
  // Answers of its own: what the operator has read is never shown as what this principal sees.
  const [answers] = useState(createQueryClient);
  return (
    <QueryClientProvider client={answers}>
      <WorkspaceContext value={seen}>{children}</WorkspaceContext>
    </QueryClientProvider>
  );
}

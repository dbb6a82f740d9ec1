import { type UseMutationResult, useMutation } from "@tanstack/react-query";
import { useWorkspace } from "../../api/workspace.ts";

export interface AskedDocument {
  readonly query: string;
  readonly variables: object;
}

/** What is refused stands in the answer, beside what is not, so all of it is shown as it came. */
export function useDocumentRun(): UseMutationResult<string, Error, AskedDocument> {
  const { client } = useWorkspace();
  return useMutation({
    mutationFn: async ({ query, variables }: AskedDocument) => {
      const response = await client.request("api/graphql", { method: "POST", body: { query, variables } });
      return JSON.stringify(await response.json(), null, 2);
    },
  });
}

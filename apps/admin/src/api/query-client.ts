import { PlinthClientError } from "@plinth/client";
import { QueryClient } from "@tanstack/react-query";

/** The client repeats safe requests itself: a refusal is an answer, and asked for again only when something changes. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (count, error) => count < 2 && isPassing(error),
        refetchOnWindowFocus: true,
        networkMode: "always",
      },
      // Keys, links and passwords of a write are not kept once its page is gone.
      mutations: { retry: false, networkMode: "always", gcTime: 0 },
    },
  });
}

/** What the operator sees as itself. */
export const queryClient: QueryClient = createQueryClient();

function isPassing(error: unknown): boolean {
  return error instanceof PlinthClientError && (error.status === 0 || error.status >= 500);
}

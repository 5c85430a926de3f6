import { QueryClient } from "@tanstack/react-query";
import { ProblemError } from "./problem";

const RETRIES_MAX = 3;

/** The cache of everything read. The live socket renews it, so nothing grows old by the clock. */
export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: Infinity,
        gcTime: 30 * 60_000,
        // A planner that is away may be back in a moment; a refusal stays a refusal.
        retry: (count, error) => !(error instanceof ProblemError && error.status < 500) && count < RETRIES_MAX,
        retryDelay: (attempt) => Math.min(2_000, 300 * 2 ** attempt),
        networkMode: "always",
        refetchOnReconnect: false,
      },
      mutations: { networkMode: "always" },
    },
  });
}

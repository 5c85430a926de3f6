/**
 * Everything the page reads, one entry each: `useQuery(queries.idea(id))`.
 *
 * Nothing here grows old by itself: the live socket says what changed (`effects.ts`), and after a
 * gap it says so too. Only what no live message covers has a `staleTime`.
 */

import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { PAGE, api, data, everything } from "./client";
import {
  keys,
  type AllocationBy,
  type Days,
  type GainsFilter,
  type IncomeBy,
  type LedgerFilter,
  type LotsFilter,
  type PerformanceFilter,
} from "./keys";
import type { Holding, Idea, PreviewIn } from "./types";

const A_MINUTE = 60_000;
const LIST = 50;
const POINTS = 500;

export * from "./keys";

export const queries = {
  me: () =>
    queryOptions({ queryKey: keys.me, queryFn: () => data(api.GET("/api/v1/me")), staleTime: A_MINUTE }),

  settings: () =>
    queryOptions({
      queryKey: keys.settings,
      queryFn: () => data(api.GET("/api/v1/settings")),
      staleTime: A_MINUTE,
    }),

  health: () =>
    queryOptions({ queryKey: keys.health, queryFn: () => data(api.GET("/api/v1/health")), staleTime: A_MINUTE }),

  sample: () => queryOptions({ queryKey: keys.sample, queryFn: () => data(api.GET("/api/v1/sample")) }),

  logins: () =>
    queryOptions({ queryKey: keys.logins, queryFn: () => data(api.GET("/api/v1/tokens")), staleTime: 0 }),

  /** All ideas, mine and those shared with me, the newest first. */
  ideas: () =>
    queryOptions({
      queryKey: keys.ideas,
      queryFn: () =>
        everything((cursor) =>
          data(api.GET("/api/v1/positions/ideas", { params: { query: { limit: PAGE, ...(cursor && { cursor }) } } })),
        ),
    }),

  idea: (id: string) =>
    queryOptions({
      queryKey: keys.idea(id),
      queryFn: () => data(api.GET("/api/v1/positions/ideas/{id}", { params: { path: { id } } })),
    }),

  /** What the option legs of an idea come to; `legs` says which, so that it is read anew with them. */
  payoff: (id: string, legs: string) =>
    queryOptions({
      queryKey: [...keys.idea(id), "payoff", legs],
      queryFn: () => data(api.GET("/api/v1/positions/ideas/{id}/payoff", { params: { path: { id } } })),
      placeholderData: keepPreviousData,
      retry: false,
    }),

  /** Who changed what; the newest first. */
  history: (id: string) =>
    infiniteQueryOptions({
      queryKey: keys.history(id),
      queryFn: ({ pageParam }) =>
        data(
          api.GET("/api/v1/positions/ideas/{id}/history", {
            params: { path: { id }, query: { limit: LIST, ...(pageParam && { cursor: pageParam }) } },
          }),
        ),
      initialPageParam: "",
      getNextPageParam: (last) => last.next,
    }),

  /** All holdings, mine, those of the sample and those shared with me. */
  holdings: () =>
    queryOptions({
      queryKey: keys.holdings,
      queryFn: async () => {
        const found = await everything((cursor) =>
          data(
            api.GET("/api/v1/positions", {
              params: { query: { kind: "holding", limit: PAGE, ...(cursor && { cursor }) } },
            }),
          ),
        );
        return found.filter((each): each is Holding => each.kind === "holding");
      },
    }),

  holding: (id: string) =>
    queryOptions({
      queryKey: keys.holding(id),
      queryFn: () => data(api.GET("/api/v1/positions/{id}", { params: { path: { id } } })),
    }),

  /** All comments of a position in the order in which they arrived. */
  comments: (id: string) =>
    queryOptions({
      queryKey: keys.comments(id),
      queryFn: () =>
        everything((cursor) =>
          data(
            api.GET("/api/v1/positions/{id}/comments", {
              params: { path: { id }, query: { limit: PAGE, ...(cursor && { cursor }) } },
            }),
          ),
        ),
    }),

  shares: (id: string) =>
    queryOptions({
      queryKey: keys.shares(id),
      queryFn: async () =>
        (await data(api.GET("/api/v1/positions/{id}/share", { params: { path: { id } } }))).items,
    }),

  /** People elsewhere who see an idea of mine. */
  guests: (id: string) =>
    queryOptions({
      queryKey: keys.guests(id),
      queryFn: async () =>
        (await data(api.GET("/api/v1/positions/ideas/{idea_id}/guests", { params: { path: { idea_id: id } } }))).items,
      staleTime: A_MINUTE,
    }),

  /** Everything I share, with whom and how. */
  given: () =>
    queryOptions({ queryKey: keys.given, queryFn: async () => (await data(api.GET("/api/v1/shares"))).items }),

  /** Shares that follow a tag or the whole portfolio. */
  following: () =>
    queryOptions({
      queryKey: keys.following,
      queryFn: async () => (await data(api.GET("/api/v1/shares/following"))).items,
      refetchOnMount: "always",
    }),

  /** What a friend would see, made by the steps that sharing takes. */
  preview: (asked: PreviewIn) =>
    queryOptions({
      queryKey: [...keys.preview, asked],
      queryFn: () => data(api.POST("/api/v1/shares/preview", { body: asked })),
      refetchOnMount: "always",
      placeholderData: keepPreviousData,
      retry: false,
    }),

  friends: () =>
    queryOptions({ queryKey: keys.friends, queryFn: async () => (await data(api.GET("/api/v1/friends"))).items }),

  invites: () =>
    queryOptions({
      queryKey: keys.invites,
      queryFn: async () => (await data(api.GET("/api/v1/friends/invites"))).items,
      staleTime: A_MINUTE,
    }),

  nearby: () =>
    queryOptions({
      queryKey: keys.nearby,
      queryFn: async () => (await data(api.GET("/api/v1/nearby"))).items,
      staleTime: 5_000,
    }),

  feed: () =>
    infiniteQueryOptions({
      queryKey: keys.feed,
      queryFn: ({ pageParam }) =>
        data(api.GET("/api/v1/feed", { params: { query: { limit: LIST, ...(pageParam && { cursor: pageParam }) } } })),
      initialPageParam: "",
      getNextPageParam: (last) => last.next,
    }),

  notifications: () =>
    infiniteQueryOptions({
      queryKey: keys.notifications,
      queryFn: ({ pageParam }) =>
        data(
          api.GET("/api/v1/notifications", {
            params: { query: { limit: LIST, ...(pageParam && { cursor: pageParam }) } },
          }),
        ),
      initialPageParam: "",
      getNextPageParam: (last) => last.next,
    }),

  /** The ledger, the latest day first. */
  transactions: (filter: LedgerFilter = {}) =>
    infiniteQueryOptions({
      queryKey: [...keys.transactions, filter],
      queryFn: ({ pageParam }) =>
        data(
          api.GET("/api/v1/transactions", {
            params: { query: { limit: PAGE, ...filter, ...(pageParam && { cursor: pageParam }) } },
          }),
        ),
      initialPageParam: "",
      getNextPageParam: (last) => last.next,
    }),

  /** Where transactions belong, by name, each with its cash. */
  accounts: () =>
    queryOptions({
      queryKey: keys.accounts,
      queryFn: () =>
        everything((cursor) =>
          data(api.GET("/api/v1/accounts", { params: { query: { limit: PAGE, ...(cursor && { cursor }) } } })),
        ),
      refetchOnMount: "always",
    }),

  /** What can be taken back, or was; the newest first. */
  writes: () =>
    queryOptions({
      queryKey: keys.writes,
      queryFn: async () => (await data(api.GET("/api/v1/undo"))).items,
      refetchOnMount: "always",
    }),

  /** What everything comes to: my own, or the sample while I have nothing. */
  portfolio: () =>
    queryOptions({
      queryKey: [...keys.portfolio, "now"],
      queryFn: () => data(api.GET("/api/v1/portfolio")),
      refetchOnMount: true,
    }),

  /** How it came there, from a day on; all of it without one. */
  portfolioHistory: (start: string | undefined) =>
    queryOptions({
      queryKey: [...keys.portfolio, "history", start ?? null],
      queryFn: () =>
        data(api.GET("/api/v1/portfolio/history", { params: { query: { points: POINTS, ...(start && { start }) } } })),
      placeholderData: keepPreviousData,
    }),

  /** Gains, returns and risk of all of it, an account or an instrument. */
  performance: (filter: PerformanceFilter = {}) =>
    queryOptions({
      queryKey: [...keys.portfolio, "performance", filter],
      queryFn: () => data(api.GET("/api/v1/performance", { params: { query: { points: POINTS, ...filter } } })),
      placeholderData: keepPreviousData,
    }),

  /** What is left of each purchase. */
  lots: (filter: LotsFilter) =>
    queryOptions({
      queryKey: [...keys.portfolio, "lots", filter],
      queryFn: () =>
        everything((cursor) =>
          data(api.GET("/api/v1/lots", { params: { query: { limit: PAGE, ...filter, ...(cursor && { cursor }) } } })),
        ),
    }),

  /** What sales gained; the sums are those of all of them. */
  gains: (filter: GainsFilter) =>
    queryOptions({
      queryKey: [...keys.portfolio, "gains", filter],
      queryFn: async () => {
        const first = await data(api.GET("/api/v1/gains", { params: { query: { limit: PAGE, ...filter } } }));
        const rest = await everything((cursor) =>
          cursor === undefined
            ? Promise.resolve(first)
            : data(api.GET("/api/v1/gains", { params: { query: { limit: PAGE, ...filter, cursor } } })),
        );
        return { ...first, items: rest };
      },
      placeholderData: keepPreviousData,
    }),

  /** Dividends and interest, in groups. */
  income: (by: IncomeBy) =>
    queryOptions({
      queryKey: [...keys.portfolio, "income", by],
      queryFn: () => data(api.GET("/api/v1/income", { params: { query: { by } } })),
      placeholderData: keepPreviousData,
    }),

  /** How what I own is spread. */
  allocation: (by: AllocationBy) =>
    queryOptions({
      queryKey: [...keys.portfolio, "allocation", by],
      queryFn: () => data(api.GET("/api/v1/allocation", { params: { query: { by } } })),
      placeholderData: keepPreviousData,
    }),

  /** How a figure came about; `query` names it with what it is asked with. */
  explanation: (query: string) =>
    queryOptions({
      queryKey: [...keys.portfolio, "explain", query],
      queryFn: () =>
        data(api.GET("/api/v1/explain", { params: { query: Object.fromEntries(new URLSearchParams(query)) } })),
      retry: false,
    }),

  /** What came of shared ideas: mine, or a friend's as it arrived here. */
  record: (did?: string) =>
    queryOptions({
      queryKey: [...keys.record, did ?? null],
      queryFn: () => data(api.GET("/api/v1/record", { params: { query: did === undefined ? {} : { did } } })),
      refetchOnMount: true,
      retry: false,
    }),

  /** Instruments with a price, or in my ledger and ideas; those that fit `text`. */
  instruments: (text = "") =>
    queryOptions({
      queryKey: [...keys.instruments, text],
      queryFn: async () =>
        (await data(api.GET("/api/v1/instruments", { params: { query: { limit: LIST, ...(text && { q: text }) } } })))
          .items,
      staleTime: A_MINUTE,
      placeholderData: keepPreviousData,
    }),

  /** All that are known here, the best match of `text` first. */
  allInstruments: (text = "") =>
    queryOptions({
      queryKey: [...keys.instruments, "all", text],
      queryFn: () =>
        everything((cursor) =>
          data(
            api.GET("/api/v1/instruments", {
              params: { query: { limit: PAGE, ...(text && { q: text }), ...(cursor && { cursor }) } },
            }),
          ),
        ),
      refetchOnMount: "always",
      placeholderData: keepPreviousData,
    }),

  instrument: (symbol: string) =>
    queryOptions({
      queryKey: [...keys.instruments, "one", symbol],
      queryFn: () => data(api.GET("/api/v1/instruments/{id}", { params: { path: { id: symbol } } })),
      staleTime: A_MINUTE,
      retry: false,
    }),

  details: () =>
    queryOptions({ queryKey: keys.details, queryFn: () => data(api.GET("/api/v1/details")), staleTime: 0 }),

  /** Who can be asked for prices and rates, and how that goes; looked at again while it is on screen. */
  providers: () =>
    queryOptions({
      queryKey: [...keys.prices, "providers"],
      queryFn: async () => (await data(api.GET("/api/v1/prices/providers"))).items,
      refetchInterval: ({ state }) => (state.data?.some((one) => one.asking) === true ? 1_000 : 10_000),
    }),

  /** Daily prices as they were traded, with no split taken out. */
  tradedPrices: (symbol: string) =>
    queryOptions({
      queryKey: [...keys.prices, symbol, "traded"],
      queryFn: () => data(api.GET("/api/v1/instruments/{id}/prices", { params: { path: { id: symbol } } })),
    }),

  /** Daily prices; a symbol without any is a `not-found` problem. */
  prices: (symbol: string, days: Days = {}) =>
    queryOptions({
      queryKey: [...keys.prices, symbol, days],
      queryFn: () =>
        data(api.GET("/api/v1/instruments/{id}/prices", { params: { path: { id: symbol }, query: { adjusted: true, ...days } } })),
      staleTime: 60 * A_MINUTE,
      placeholderData: keepPreviousData,
      retry: false,
    }),
};

/** True for what this person wrote or owns themselves, the sample included. */
export function isMine(position: Idea | Holding): boolean {
  return position.role === "owner";
}

import { plural } from "../plural";

export const shared = {
  title: "Shared with me",
  lead: "Your friends' ideas and holdings, as they are right now.",
  person: "Person",
  everybody: "Everybody",
  symbol: "Symbol",
  onlyNews: (n: number) => `New (${n})`,
  ideas: "Ideas",
  holdings: "Holdings",
  news: (n: number) => plural(n, "new change", "new changes"),
  updated: "updated",
  missing: (n: number) => `${plural(n, "change", "changes")} still on the way`,
  weight: "Weight",
  return: "Return",
  price: "Price",
  value: "Value",
  owner: "Owner",
  since: "Held since",
  empty: {
    title: "Nothing is shared with you yet",
    text: "When a friend shares an idea or a holding, it appears here by itself, with stop and targets, and follows every change.",
    action: "Invite a friend",
  },
  filtered: { title: "Nothing like that", text: "No shared idea or holding fits what you chose.", action: "Show everything" },
};

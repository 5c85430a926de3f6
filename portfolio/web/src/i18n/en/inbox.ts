import { plural } from "../plural";

export const inbox = {
  title: "Inbox",
  lead: "What your friends did that may need you.",
  unreadMark: "unread",
  unread: (n: number) => plural(n, "unread message", "unread messages"),
  allRead: "Everything is read.",
  show: "Show",
  all: "All",
  onlyUnread: "Unread",
  markAll: "Mark all as read",
  markTo: "Read up to here",
  marked: "Everything is read",
  accept: "Accept",
  decline: "Decline",
  compare: "Compare keys",
  accepted: (who: string) => `${who} is your friend now`,
  declined: (who: string) => `${who}'s request is declined`,
  empty: {
    title: "All quiet",
    text: "Comments on your ideas, shares from friends and requests land here, and stay until you read them.",
    action: "Invite a friend",
  },
  done: { title: "All read", text: "New messages will appear here by themselves.", action: "Show all" },
};

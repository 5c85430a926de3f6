/** Every problem type of the API (portfolio/api/problems.py): what it is, and the next step. */
export const problems = {
  heading: "That did not work",
  rolledBack: "Your change was taken back.",
  unknown: { title: "Something went wrong", next: "Try again. If it stays, the planner's log says more." },
  network: { title: "Your planner does not answer", next: "Is it running? The page goes on by itself as soon as it is." },
  render: { title: "This screen stumbled", next: "Nothing is lost. Try again, or go back to Home." },
  /** What the planner said in its own words, which are English. */
  /** At a field of which no more can be said. */
  check: "Please check this",
  said: (detail: string): string | undefined => detail,
  types: {
    malformed: { title: "The planner could not read this", next: "Reload the page; it may be older than the planner." },
    "bad-query": { title: "The planner could not read this", next: "Reload the page; it may be older than the planner." },
    "login-required": { title: "You are logged out", next: "Open a fresh login link." },
    "bad-code": {
      title: "This login link no longer works",
      next: "Each link works once, for 10 minutes. Make a fresh one with: portfolio login",
    },
    "foreign-host": { title: "Your planner does not know this address", next: "Add the name with --allowed-host." },
    "foreign-origin": { title: "Your planner does not know this address", next: "Open the page at the planner's own address." },
    csrf: { title: "The planner refused this change", next: "Reload the page and try again." },
    forbidden: { title: "Your role does not allow this", next: "Ask the owner for more, or copy it as your own." },
    "not-found": { title: "This is not here", next: "It was deleted, or is no longer shared with you." },
    "method-not-allowed": { title: "The planner cannot do this", next: "Reload the page; it may be older than the planner." },
    conflict: { title: "This does not go now", next: "See what is there at present, then try again." },
    "friend-away": { title: "Your friend's planner does not answer", next: "Try again when they are online." },
    gone: { title: "This is used up or taken back", next: "Ask for a new one." },
    "changed-meanwhile": { title: "Someone was faster", next: "Look at the new version, then change it again." },
    "too-large": { title: "This is too large", next: "Shorten it: 1 MB is the limit." },
    "media-type": { title: "The planner could not read this", next: "Reload the page; it may be older than the planner." },
    invalid: { title: "Something is missing or not of the right form", next: "Correct the marked fields." },
    rule: { title: "This breaks a rule", next: "Correct it and try again." },
    "key-reused": { title: "This was sent before", next: "Reload the page and try again." },
    "too-many": { title: "That was a bit much at once", next: "Wait a moment and try again." },
    internal: { title: "A fault of the planner", next: "It is in the log. Nothing was changed." },
    unavailable: { title: "Your planner is starting or stopping", next: "It goes on in a moment." },
  },
};

export const shared = {
  title: "Shared with me",
};

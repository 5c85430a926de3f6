export const ideas = {
  title: "Ideas",
};

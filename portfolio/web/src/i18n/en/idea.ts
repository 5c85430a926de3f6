export const idea = {
  title: "Idea",
};

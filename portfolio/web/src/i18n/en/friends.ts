export const friends = {
  title: "Friends",
};

export const details = {
  title: "Details",
};

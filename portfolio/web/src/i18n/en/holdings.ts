export const holdings = {
  title: "Holdings",
};

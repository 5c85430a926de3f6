export const explain = {
  title: "How this figure came about",
  how: "How is this computed?",
  steps: "Steps",
  inputs: "What went in",
  name: "Name",
  formula: "Formula",
  value: "Value",
  day: "Day",
  source: "Source",
  more: (n: number) => `and ${n} more; all of them are in the answer of the API.`,
};

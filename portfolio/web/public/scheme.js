// Runs before the first paint, so that a page in the dark never flashes white. Kept out of the
// bundle and free of inline code: the Content-Security-Policy allows scripts of this planner only.
(function () {
  var chosen = null;
  try {
    chosen = localStorage.getItem("pp.scheme");
  } catch (error) {
    void error; // storage is switched off: follow the system
  }
  var dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();

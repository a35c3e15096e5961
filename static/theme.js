/* Runs before the first paint, so a dark page never flashes white. The choice is light, dark or system. */
(() => {
  "use strict";
  const root = document.documentElement;
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");

  function chosen() {
    try { return localStorage.getItem("theme") || "system"; } catch { return "system"; }
  }
  function apply() {
    const choice = chosen();
    root.dataset.themeChoice = choice;
    root.dataset.bsTheme = choice === "system" ? (prefersDark.matches ? "dark" : "light") : choice;
    for (const button of document.querySelectorAll("[data-choose-theme]")) {
      button.setAttribute("aria-pressed", String(button.dataset.chooseTheme === choice));
    }
  }
  apply();
  prefersDark.addEventListener("change", apply);
  document.addEventListener("DOMContentLoaded", apply);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-choose-theme]");
    if (!button) return;
    try { localStorage.setItem("theme", button.dataset.chooseTheme); } catch { /* private window: lasts for this page only */ }
    apply();
  });
})();

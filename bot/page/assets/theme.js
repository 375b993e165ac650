// Before anything is drawn: light or dark as it was chosen here, else as the machine has it.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null;
    }
  };
  const show = (theme) => root.setAttribute("data-theme", theme ?? (dark.matches ? "dark" : "light"));
  show(chosen());
  dark.addEventListener("change", () => show(chosen()));
  addEventListener("DOMContentLoaded", () => {
    const turn = document.querySelector("#theme");
    const told = () => turn.setAttribute("aria-checked", String(root.dataset.theme === "dark"));
    told();
    dark.addEventListener("change", told);
    turn.addEventListener("click", () => {
      show(root.dataset.theme === "dark" ? "light" : "dark");
      told();
      try {
        localStorage.setItem("theme", root.dataset.theme);
      } catch {
        // then it is so for this window only
      }
    });
  });
})();

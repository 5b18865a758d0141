// Runs before the first paint, so that neither theme nor language is seen to change.
(() => {
  const root = document.documentElement;
  const kept = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
  const theme = kept("theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  const known = ["en", "ko"];
  const wished = [kept("language"), ...(navigator.languages ?? [])]
    .map((name) => name?.slice(0, 2)).find((name) => known.includes(name));
  root.lang = wished ?? "en";
})();

/* Small behaviours of the shell: menus, copy a link, arrows in the day strip, a file field that names its file. */
(() => {
  "use strict";
  const plumbline = (window.plumbline = window.plumbline || {});
  const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

  /* The strip is one tab stop: arrows move between days and accounts, days without a check are skipped. */
  function rove(table, chosen) {
    for (const link of table.querySelectorAll("td a[href]")) link.tabIndex = link === chosen ? 0 : -1;
  }
  function prepare(root) {
    for (const table of root.querySelectorAll("[data-grid]")) {
      const links = [...table.querySelectorAll("td a[href]")];
      if (links.length && !links.some((link) => link === document.activeElement)) rove(table, links[links.length - 1]);
    }
  }
  function stepFrom(link, [down, right]) {
    const cell = link.closest("td"), all = [...cell.closest("tbody").rows];
    let line = all.indexOf(cell.parentElement), column = cell.cellIndex;
    for (;;) {
      line += down; column += right;
      const next = all[line]?.cells[column];
      if (!next) return null;
      const found = next.querySelector("a[href]");
      if (found) return found;
    }
  }
  /* Called by keys.js while nothing has the focus: an arrow enters the strip at the last closed day of its first row. */
  plumbline.enterGrid = (key) => {
    const row = STEPS[key] && document.activeElement === document.body && document.querySelector("[data-grid] tbody tr:has(td a[href])");
    if (!row) return false;
    const links = [...row.querySelectorAll("td a[href]")], last = row.querySelector("td[data-last]");
    const link = last ? links.filter((one) => one.closest("td").cellIndex <= last.cellIndex).pop() || links[0] : links[links.length - 1];
    rove(row.closest("[data-grid]"), link);
    link.focus();
    return true;
  };
  document.addEventListener("keydown", (event) => {
    const link = event.target.closest?.("[data-grid] td a[href]");
    if (!link || !STEPS[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const next = stepFrom(link, STEPS[event.key]);
    if (next) { rove(link.closest("[data-grid]"), next); next.focus(); }
  });

  function closeMenus(except) {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== except) menu.open = false;
  }
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest?.("details.menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });
  /* Puts a word at the caret of a field, apart from what stands beside it, and gives the field the focus back. */
  function insert(field, word) {
    if (!field) return;
    const at = field.selectionStart ?? field.value.length, before = field.value.slice(0, at), after = field.value.slice(at);
    const text = `${before && !/\s$/.test(before) ? " " : ""}${word}${after && !/^[\s.,;:]/.test(after) ? " " : ""}`;
    field.setRangeText(text, at, at, "end");
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  document.addEventListener("click", async (event) => {
    closeMenus(event.target.closest("details.menu"));
    if (event.target.closest("[data-print]")) { window.print(); return; }
    const named = event.target.closest("[data-insert]");
    if (named) { insert(document.getElementById(named.dataset.into), named.dataset.insert); return; }
    const copy = event.target.closest("[data-copy]");
    if (!copy) return;
    event.preventDefault();
    const text = copy.dataset.copy || location.href;
    try { await navigator.clipboard.writeText(text); window.plumbline.say(copy.dataset.copied || "Link copied"); }
    catch { window.plumbline.say(`Copy by hand: ${text}`); }
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-auto]");
    if (form && event.target.matches("[data-auto-on], [type=file]")) form.requestSubmit();
  });
  document.addEventListener("DOMContentLoaded", () => prepare(document));
  document.addEventListener("htmx:afterSettle", (event) => prepare(event.target.closest("[data-grid]") ? document : event.target));

  /* A form that answers with a file leaves its page standing: what the page tells of it is read anew once it was made. */
  document.addEventListener("submit", ({ target }) => {
    const part = document.getElementById(target.dataset.then || "");
    if (part) setTimeout(() => part.dispatchEvent(new CustomEvent("made")), 3000);
  });
})();

/* Requests ticked in the inbox stay ticked from one request to the next, until they leave the list. */
(() => {
  "use strict";
  const KEPT = "batch";
  const boxes = () => [...document.querySelectorAll("[data-batch] input[type=checkbox]")];
  const kept = () => { try { return new Set(JSON.parse(sessionStorage.getItem(KEPT)) || []); } catch { return new Set(); } };
  const keep = (values) => { try { sessionStorage.setItem(KEPT, JSON.stringify(values)); } catch { /* full */ } };

  function show() {
    const ticked = boxes().filter((box) => box.checked), bar = document.querySelector("[data-batch-bar]");
    keep(ticked.map((box) => box.value));
    if (!bar) return;
    bar.hidden = ticked.length === 0;
    bar.querySelector("[data-batch-count]").textContent = `${ticked.length} selected`;
  }
  function restore() {
    if (!document.querySelector("[data-batch]")) return;
    const values = kept();
    for (const box of boxes()) box.checked = values.has(box.value);
    show();
  }
  document.addEventListener("change", (event) => { if (event.target.closest("[data-batch]")) show(); });
  document.addEventListener("DOMContentLoaded", restore);
  document.addEventListener("htmx:afterSettle", restore);
  document.addEventListener("htmx:historyRestore", restore);
})();

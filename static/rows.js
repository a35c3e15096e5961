/* The row cursor and the selection of a list. Rows: [data-rows] > tr[data-row=ID], each with one a[data-open].
   Both survive Back (sessionStorage, one entry per list address) and a swap of the rows: when the row under the
   cursor has left, the next one takes it. A list visited anew has nothing selected, and no list has after an act was
   done ([data-acted]). */
(() => {
  "use strict";
  const plumbline = (window.plumbline = window.plumbline || {});
  const store = (name) => `${name}:${location.pathname}${location.search}`;
  const rows = () => [...document.querySelectorAll("[data-rows] > [data-row]")];
  const current = () => document.querySelector("[data-rows] > .cursor");
  const boxes = () => [...document.querySelectorAll("[data-rows] input[type=checkbox]")];
  const recall = (name) => { try { return JSON.parse(sessionStorage.getItem(store(name))); } catch { return null; } };
  const remember = (name, value) => { try { sessionStorage.setItem(store(name), JSON.stringify(value)); } catch { /* full */ } };

  const peek = () => document.querySelector("#peek > *");
  const closePeek = () => document.getElementById("peek")?.replaceChildren();
  let listed = ""; /* the address whose rows are shown */

  function place(row, focus) {
    if (!row) return;
    const old = current();
    if (old) old.classList.remove("cursor");
    row.classList.add("cursor");
    remember("row", [row.dataset.row, rows().indexOf(row)]);
    const link = row.querySelector("[data-open]");
    if (focus && link) { link.focus({ preventScroll: true }); row.scrollIntoView({ block: "nearest" }); }
  }
  function move(step) {
    const all = rows(), at = all.indexOf(current());
    place(all[Math.max(0, Math.min(all.length - 1, at + step))], true);
    if (peek()) current().querySelector("[data-peek]")?.click();
  }
  function major(minor, exponent) {
    const digits = (minor < 0n ? -minor : minor).toString().padStart(exponent + 1, "0");
    const whole = digits.slice(0, digits.length - exponent).replace(/\B(?=(\d{3})+$)/g, ",");
    const sign = minor < 0n ? "\u2212" : minor > 0n ? "+" : "";
    return sign + whole + (exponent ? "." + digits.slice(-exponent) : "");
  }
  /* Exact sums of what is ticked, one per asset: BigInt, because amounts outgrow a double. */
  function sums(ticked) {
    const nets = new Map();
    for (const { dataset } of ticked) {
      if (!dataset.minor) continue;
      const [net, exponent] = nets.get(dataset.asset) || [0n, Number(dataset.exponent)];
      nets.set(dataset.asset, [net + BigInt(dataset.minor), exponent]);
    }
    return [...nets].map(([asset, [net, exponent]]) => `${major(net, exponent)} ${asset}`).join(", ");
  }
  function showSelection() {
    const all = boxes(), ticked = all.filter((box) => box.checked), bar = document.querySelector("[data-bulk]");
    for (const box of all) {
      const row = box.closest("[data-row]");
      if (box.checked) row.setAttribute("aria-selected", "true"); else row.removeAttribute("aria-selected");
    }
    remember("ticked", ticked.map((box) => box.value));
    const whole = document.querySelector("[data-tick-all]");
    if (whole) { whole.checked = all.length > 0 && ticked.length === all.length; whole.indeterminate = ticked.length > 0 && ticked.length < all.length; }
    if (!bar) return;
    bar.hidden = ticked.length === 0;
    bar.querySelector("[data-bulk-count]").textContent = `${ticked.length} selected`;
    bar.querySelector("[data-bulk-net]").textContent = sums(ticked);
    for (const button of bar.querySelectorAll("[data-one]")) {
      button.disabled = ticked.length > 1;
      document.getElementById(button.getAttribute("aria-describedby")).hidden = ticked.length < 2;
    }
  }
  function clearSelection() { for (const box of boxes()) box.checked = false; showSelection(); }

  function restore(focus, selected) {
    const all = rows();
    listed = store("");
    if (!all.length) return;
    const ticked = new Set((selected && recall("ticked")) || []), kept = recall("row");
    for (const box of boxes()) box.checked = ticked.has(box.value);
    showSelection();
    if (kept) place(all.find((row) => row.dataset.row === kept[0]) || all[Math.min(kept[1], all.length - 1)], focus);
    try { sessionStorage.setItem(`list:${location.pathname}`, location.pathname + location.search); } catch { /* full */ }
  }
  function forgetSelections() {
    for (const name of Object.keys(sessionStorage)) if (name.startsWith("ticked:")) sessionStorage.removeItem(name);
  }
  function goUp() {
    const link = document.querySelector("[data-up]");
    if (!link) return false;
    sessionStorage.setItem("returning", "1");
    location.assign(sessionStorage.getItem(`list:${new URL(link.href).pathname}`) || link.href);
    return true;
  }

  /* Called by keys.js; true when the key was used. */
  plumbline.rowKey = (key) => {
    if (key === "u") return goUp();
    if (!rows().length) return false;
    if (key === "j" || key === "k") { move(key === "j" ? 1 : -1); return true; }
    const row = current();
    if (key === "Escape") { if (peek()) closePeek(); else clearSelection(); return true; }
    if (!row) return false;
    if (key === "x") { const box = row.querySelector("input[type=checkbox]"); if (box) { box.checked = !box.checked; showSelection(); } return true; }
    if (key === "Enter") { row.querySelector("[data-open]")?.click(); return true; }
    if (key === "Space") { if (peek()) closePeek(); else row.querySelector("[data-peek]")?.click(); return true; }
    return false;
  };

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-tick-all]")) for (const box of boxes()) box.checked = event.target.checked;
    if (event.target.matches("[data-tick-all], [data-rows] input[type=checkbox]")) showSelection();
  });
  document.addEventListener("click", (event) => {
    const row = event.target.closest("[data-rows] > [data-row]");
    if (row) place(row, false);
    if (event.target.closest("[data-clear-selection]")) { event.preventDefault(); clearSelection(); }
    if (event.target.closest("[data-close-peek]")) closePeek();
    const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (plain && event.target.closest("[data-up], [data-return]")) sessionStorage.setItem("returning", "1");
  });
  document.addEventListener("DOMContentLoaded", () => {
    const [entry] = performance.getEntriesByType("navigation");
    /* Also who left an act alone before this script had seen the click: the act's page lies beneath the list. */
    const from = document.referrer ? new URL(document.referrer) : null;
    const left = from && from.origin === location.origin && from.pathname.startsWith(`${location.pathname}bulk/`);
    const back = sessionStorage.getItem("returning") === "1" || left || (entry && entry.type === "back_forward");
    sessionStorage.removeItem("returning");
    if (document.querySelector("[data-acted]")) forgetSelections();
    restore(back, back);
  });
  document.addEventListener("htmx:historyRestore", () => restore(true, true));
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.closest("[data-rows]") || event.target.querySelector("[data-rows]")) {
      closePeek();
      restore(true, listed === store(""));
    }
    if (event.target.id === "peek") current()?.scrollIntoView({ block: "nearest" }); /* the peek lies over the end of the list */
  });
})();

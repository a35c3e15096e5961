/* Keyboard. Off while typing; can be switched off and stays off (localStorage "keys").
   A key activates the element that carries it (data-key="e"), so a page declares its keys in its markup.
   No key moves money: an element with data-no-key is never activated, whatever else it carries. */
(() => {
  "use strict";
  const TYPING = "input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit]), textarea, select, [contenteditable]";
  let goUntil = 0;

  const isOff = () => { try { return localStorage.getItem("keys") === "off"; } catch { return false; } };
  const shown = (element) => element.getClientRects().length > 0;
  const first = (selector) => [...document.querySelectorAll(selector)].find(shown);

  function activate(element) {
    if (element.closest("[data-no-key]")) return;
    if (element.matches(":disabled, [aria-disabled=true]")) {
      const reason = document.getElementById(element.getAttribute("aria-describedby") || "");
      if (reason) window.plumbline.say(reason.textContent.trim());
      return;
    }
    if (element.matches(TYPING)) { element.focus(); return; }
    if (element.matches("details")) { element.open = true; (element.querySelector(".in, a, button") || element).focus(); return; }
    element.click();
  }

  /* The letter of a page in the side bar with its name, without the count beside it. */
  function pageOf(link) {
    const name = [...link.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.textContent.trim());
    return `${link.dataset.go} ${name.join("")}`;
  }
  function openHelp() {
    const dialog = document.getElementById("keys-help");
    if (!dialog || dialog.open) return;
    const list = dialog.querySelector("[data-keys-page]");
    list.replaceChildren();
    for (const line of document.querySelectorAll(".keys > span")) {
      const keys = document.createElement("dt"), what = document.createElement("dd"), copy = line.cloneNode(true);
      for (const kbd of copy.querySelectorAll("kbd")) { keys.append(kbd, " "); }
      what.textContent = copy.textContent.trim();
      list.append(keys, what);
    }
    dialog.querySelector("[data-keys-section]").hidden = list.childElementCount === 0;
    for (const line of dialog.querySelectorAll("[data-keys-when]")) line.hidden = !document.querySelector(line.dataset.keysWhen);
    dialog.querySelector("[data-keys-go]").textContent = [...document.querySelectorAll("[data-go]")].map(pageOf).join(", ");
    dialog.querySelector("[data-keys-switch]").checked = !isOff();
    dialog.showModal();
  }

  function builtIn(key, event) {
    if (key === "?") { openHelp(); return true; }
    if (key === "/") { const box = document.getElementById("find"); if (box) { box.focus(); box.select(); } return Boolean(box); }
    if (key === "g") { goUntil = Date.now() + 1500; return true; }
    if (window.plumbline.enterGrid?.(key)) return true;
    return window.plumbline.rowKey ? window.plumbline.rowKey(key, event) : false;
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") {
      if (target.matches(TYPING)) { target.blur(); return; }
    } else if (target.closest(TYPING) || isOff()) { return; }
    /* Enter and Space belong to the control that has the focus, except that Space on a row's link peeks. */
    if ((event.key === "Enter" || event.key === " ") && target.closest("a, button, summary, input, label")
        && !(event.key === " " && target.closest("[data-open]"))) return;
    const key = event.key === " " ? "Space" : event.key;
    if (Date.now() < goUntil) {
      goUntil = 0;
      const link = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
      if (link) { event.preventDefault(); link.click(); }
      return;
    }
    const element = first(`[data-key="${CSS.escape(key)}"]`);
    if (element) { event.preventDefault(); activate(element); return; }
    if (builtIn(key, event)) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-open-keys]")) { event.preventDefault(); openHelp(); }
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-keys-switch]")) return;
    try { localStorage.setItem("keys", event.target.checked ? "on" : "off"); } catch { /* not kept */ }
  });
})();

/* Text that was being written outlives a lost session: textarea[data-draft] is kept in this tab, per person and page,
   until it was sent. On the sign-in pages (no data-user) nothing is read or deleted. */
(() => {
  "use strict";
  const person = () => document.body.dataset.user;
  const keyOf = (field) => `draft:${person()}:${location.pathname}:${field.dataset.draft || field.name}`;
  const fields = (root) => [...root.querySelectorAll("textarea[data-draft]")];

  function restore(root) {
    for (const field of fields(root)) {
      const kept = sessionStorage.getItem(keyOf(field));
      if (kept === null || kept === field.value) continue;
      field.value = kept;
      field.classList.add("kept");
      const hint = document.getElementById(field.getAttribute("aria-describedby") || "");
      if (hint) hint.textContent = "Kept from before, not sent yet.";
    }
  }
  function forget(form) { for (const field of fields(form)) sessionStorage.removeItem(keyOf(field)); }

  document.addEventListener("input", (event) => {
    if (person() && event.target.matches("textarea[data-draft]")) sessionStorage.setItem(keyOf(event.target), event.target.value);
  });
  /* A plain submit is known to have arrived only when the next page of a signed-in person opens. */
  document.addEventListener("submit", ({ target }) => {
    if (target.matches("[data-sign-out]")) sessionStorage.clear();
    else if (person() && fields(target).length) sessionStorage.setItem("draft-sent", JSON.stringify(fields(target).map(keyOf)));
  });
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    const form = detail.requestConfig.elt.closest("form"); /* detail.elt is the parent when the answer replaced the form */
    if (!form || detail.requestConfig.verb === "get" || detail.requestConfig.elt.matches("[data-checks]")) return; /* a check of what is being written sends nothing off */
    sessionStorage.removeItem("draft-sent");
    if (detail.successful && !detail.xhr.getResponseHeader("HX-Redirect")?.startsWith("/accounts/")) forget(form); /* not to the sign-in page */
  });
  document.addEventListener("DOMContentLoaded", () => {
    const sent = sessionStorage.getItem("draft-sent");
    sessionStorage.removeItem("draft-sent");
    if (!person()) return;
    for (const key of JSON.parse(sent || "[]")) sessionStorage.removeItem(key);
    restore(document);
  });
  document.addEventListener("htmx:load", ({ target }) => { if (person()) restore(target); });
})();

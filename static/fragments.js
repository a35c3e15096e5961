/* What a fragment shows while it loads and when it fails, and the one-line notices.
   Skeleton after 300 ms (data-loading="Reading 4,182 lines" on the target); the old content comes back if it fails. */
(() => {
  "use strict";
  const plumbline = (window.plumbline = window.plumbline || {});
  const waiting = new WeakMap(), loading = new WeakMap();
  const copyOf = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);

  function slotFor(target) {
    const slot = copyOf("tpl-loading");
    slot.querySelector("[role=status]").textContent = target.dataset.loading;
    if (!target.matches("tbody")) return slot;
    const line = document.createElement("tr"), cell = document.createElement("td");
    line.className = "skel-slot"; cell.colSpan = 99; cell.append(slot); line.append(cell);
    return line;
  }
  function endLoading(target) {
    clearTimeout(waiting.get(target));
    target.classList.remove("is-loading");
    target.removeAttribute("aria-busy");
    target.querySelector(":scope > .skel-slot")?.remove();
  }
  document.addEventListener("htmx:beforeRequest", ({ detail: { target, xhr } }) => {
    if (!target || !target.dataset.loading) return;
    loading.set(xhr, target);
    target.setAttribute("aria-busy", "true");
    waiting.set(target, setTimeout(() => { target.classList.add("is-loading"); target.append(slotFor(target)); }, 300));
  });
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    const began = loading.get(detail.xhr); /* an answer aimed elsewhere leaves it where it stands, with what was typed */
    if (began) endLoading(began);
    if (detail.successful) document.querySelectorAll(`.failed[data-for="${CSS.escape(nameOf(detail.target))}"]`).forEach((box) => box.remove());
  });

  const nameOf = (target) => (target && (target.dataset.name || target.id)) || "page";

  /* A failed read says that nothing was changed. A write that got no answer may have arrived: the form's key makes
     trying again count once, and the text says so instead of guessing. */
  function fail({ target, requestConfig, xhr }, answered) {
    const name = nameOf(target), box = copyOf("tpl-failed"), write = requestConfig.verb !== "get";
    document.querySelectorAll(`.failed[data-for="${CSS.escape(name)}"]`).forEach((old) => old.remove());
    box.dataset.for = name;
    box.querySelector("[data-what]").textContent = write ? "This could not be done." : `${target?.dataset.name || "This part"} could not be loaded.`;
    const reference = answered && xhr.getResponseHeader("X-Request-ID");
    box.querySelector("[data-then]").textContent = (write && !answered)
      ? "No answer came, so it may have arrived. Trying again counts once."
      : "Nothing was changed." + (reference ? ` Reference ${reference}.` : "");
    box.querySelector("button").addEventListener("click", () => {
      box.remove();
      window.htmx.ajax(requestConfig.verb, requestConfig.path, { source: requestConfig.elt, target });
    });
    (target?.closest("table, .box > *") || target || document.getElementById("main")).before(box);
  }
  document.addEventListener("htmx:responseError", (event) => fail(event.detail, true));
  document.addEventListener("htmx:sendError", (event) => fail(event.detail, false));
  document.addEventListener("htmx:timeout", (event) => fail(event.detail, false));

  /* A refusal is an answer, not a failure: the server aims it with HX-Retarget and it is shown as it came. */
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.xhr.status >= 400 && detail.xhr.status < 500 && detail.xhr.getResponseHeader("HX-Retarget")) {
      detail.shouldSwap = true;
      detail.isError = false;
    }
  });

  plumbline.say = (text, href, label) => {
    const box = copyOf("tpl-notice"), link = box.querySelector("a");
    box.querySelector("span").textContent = text;
    if (href && href.startsWith("/") && !href.startsWith("//")) { link.href = href; link.textContent = label || "Open"; link.hidden = false; }
    document.getElementById("notices").replaceChildren(box);
    setTimeout(() => { if (!box.matches(":hover, :focus-within")) box.remove(); }, 15000);
  };
  document.addEventListener("notice", ({ detail }) => plumbline.say(detail.text || detail.value || "", detail.href, detail.label));
  document.addEventListener("click", (event) => { if (event.target.closest("[data-dismiss]")) event.target.closest("[data-notice]").remove(); });
})();

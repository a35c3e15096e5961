/* A form whose changes are saved as they are made (data-saves): its saves wait for one another, and an answer never takes back
   what was typed since it was asked for. Then only the version of the answer is taken over, and the save that follows shows all.
   A button of the page waits for the saves that its press began: it would send the version that they have just replaced. */
(() => {
  "use strict";
  const REFUSED = "[role=alert]";
  const sent = new WeakMap(), saving = new Set();
  let held = null;
  const typed = (form) => {
    const data = new FormData(form);
    for (const name of ["edits", "csrfmiddlewaretoken"]) data.delete(name);
    return JSON.stringify([...data.entries()]);
  };
  const formOf = (elt) => (elt instanceof Element ? elt.closest("form[data-saves]") : null);

  document.addEventListener("htmx:configRequest", ({ detail }) => {
    const form = formOf(detail.elt);
    if (!form || detail.verb !== "post") return;
    for (const name of ["add", "drop"]) delete detail.parameters[name]; /* a button pressed meanwhile acts once, by itself */
    sent.set(form, typed(form));
  });
  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    if (formOf(detail.requestConfig.elt) && detail.requestConfig.verb === "post") saving.add(detail.xhr);
  });
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const form = formOf(detail.requestConfig?.elt);
    if (!form || !form.isConnected || !sent.has(form) || sent.get(form) === typed(form)) return;
    const answer = new DOMParser().parseFromString(detail.serverResponse, "text/html").querySelector("form[data-saves]");
    if (!answer) return;
    /* A refused one leaves the version alone: else the save that follows would go over what this one ran into. */
    if (!answer.querySelector(REFUSED)) form.elements.edits.value = answer.elements.edits.value;
    detail.shouldSwap = false;
  });

  /* An answer may have redrawn form and button: those of the same address, name and value stand for them. */
  const formNow = (form) => form.isConnected ? form : [...document.forms].find((one) => one.getAttribute("action") === form.getAttribute("action"));
  const buttonNow = (form, button) => (!button || button.isConnected) ? button
    : [...form.elements].find((one) => one.type === "submit" && one.name === button.name && one.value === button.value);
  document.addEventListener("submit", (event) => {
    if (!saving.size || !(event.target instanceof HTMLFormElement)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    held = { form: event.target, button: event.submitter };
  }, true);
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (!saving.delete(detail.xhr)) return;
    setTimeout(() => { /* a save that waited in line begins right after this one */
      if (saving.size || !held) return;
      const form = formNow(held.form), button = form && buttonNow(form, held.button);
      held = null;
      /* What was refused is not kept and says so; nothing goes on with what stood before it, or over what it ran into. */
      if (form && detail.successful && !document.querySelector(`form[data-saves] ${REFUSED}`)) form.requestSubmit(button);
    });
  });
  /* Back shows the page as it was left, with a version that may have been replaced since. */
  window.addEventListener("pageshow", ({ persisted }) => {
    if (persisted && document.querySelector("form[data-saves]")) location.reload();
  });
})();

/* A form whose changes are saved as they are made (data-saves): its saves wait for one another, and an answer never takes back
   what was typed since it was asked for. Then only the version of the answer is taken over, and the save that follows shows all. */
(() => {
  "use strict";
  const sent = new WeakMap();
  const typed = (form) => {
    const data = new FormData(form);
    for (const name of ["edits", "csrfmiddlewaretoken"]) data.delete(name);
    return JSON.stringify([...data.entries()]);
  };
  const formOf = (elt) => (elt instanceof Element ? elt.closest("form[data-saves]") : null);

  document.addEventListener("htmx:configRequest", ({ detail }) => {
    const form = formOf(detail.elt);
    if (form && detail.verb === "post") sent.set(form, typed(form));
  });
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const form = formOf(detail.requestConfig?.elt);
    if (!form || !form.isConnected || !sent.has(form) || sent.get(form) === typed(form)) return;
    const answer = new DOMParser().parseFromString(detail.serverResponse, "text/html").querySelector("form[data-saves] [name=edits]");
    if (!answer) return;
    form.elements.edits.value = answer.value;
    detail.shouldSwap = false;
  });
})();

// Nothing here is needed: without it every page of the desk works. With it, what was typed is not lost when the network
// goes: it stays in the page and in this tab's memory, and is sent when the network is back. That it may arrive twice
// does no harm: the form carries an attempt key.
(() => {
  "use strict";

  const KEPT = "dran-desk"; // where this tab keeps what was typed and not answered yet
  const FIRST = "who";
  const RETRY_FIRST_MS = 1_000;
  const RETRY_MAX_MS = 10_000;
  const ANSWER_WITHIN_MS = 15_000;
  const HERE_EVERY_MS = 45_000;

  let sending = false;

  document.addEventListener("input", typed);
  document.addEventListener("submit", submitted);
  document.addEventListener("click", clicked);
  begin();
  setInterval(here, HERE_EVERY_MS);

  /** An agent whose page says nothing for two minutes counts as away, and gets no calls. */
  function here() {
    const csrf = document.querySelector("input[name=csrf]")?.value;
    const address = document.querySelector("[data-here]")?.dataset.here;
    if (csrf && address) fetch(address, { method: "POST", body: new URLSearchParams({ csrf }) }).catch(() => {});
  }

  function kept() {
    return document.querySelector("form[data-keep]");
  }

  /** A page is there: what its form lost with the last one is put back, if it is the same form. */
  function begin() {
    for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
    const form = kept();
    if (!form) return;
    const stored = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
    const step = form.elements.step.value;
    // A call that was only begun comes back from the server with another key.
    if (stored && stored.step === step && (stored.key === keyOf(form) || step === FIRST)) {
      form.elements.attempt_key.value = stored.key;
      for (const [name, value] of stored.fields) {
        const field = form.elements[name];
        if (field && field.type !== "hidden" && field.value === "") field.value = value;
      }
    } else {
      sessionStorage.removeItem(KEPT);
    }
  }

  function clicked(event) {
    if (event.target.closest("[data-print]")) window.print();
    if (event.target.closest("a[href]")) sessionStorage.removeItem(KEPT); // to another page, or another call
  }

  function keyOf(form) {
    return form.elements.attempt_key?.value;
  }

  function typed(event) {
    const form = event.target.form;
    if (!form?.matches("[data-keep]")) return;
    keep(form);
    // A digit is the whole answer.
    if (event.target.id === "choice" && /^[1-5]$/.test(event.target.value)) form.requestSubmit();
  }

  function keep(form) {
    const fields = [...form.elements].filter((field) => field.name && field.type !== "hidden" && field.value !== "");
    const typed = fields.map((field) => [field.name, field.value]);
    const stored = { key: keyOf(form), step: form.elements.step.value, fields: typed };
    sessionStorage.setItem(KEPT, JSON.stringify(stored));
  }

  function submitted(event) {
    const form = event.target;
    if (form.matches("[data-state]")) {
      event.preventDefault(); // the call in hand stays where it is
      sayState(form, event.submitter);
      return;
    }
    if (!form.matches("[data-keep]")) {
      sessionStorage.removeItem(KEPT); // signing out, or another page
      return;
    }
    event.preventDefault();
    if (!sending) send(form, new URLSearchParams(new FormData(form, event.submitter)));
  }

  /** Says what the agent is doing, beside whatever is on the screen. */
  async function sayState(form, button) {
    const body = new URLSearchParams(new FormData(form, button));
    const said = await fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => null);
    if (!said) return say("lost");
    for (const other of form.querySelectorAll("[aria-pressed]")) other.setAttribute("aria-pressed", other === button);
  }

  /** Sends until there is an answer of dran, and shows it. */
  async function send(form, body) {
    sending = true;
    form.setAttribute("aria-busy", "true");
    for (let failures = 0; ; failures++) {
      try {
        const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
        const answer = await fetch(form.action, { method: "POST", body, signal });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        // Something before dran answered for it: the same as no answer.
        if (!page.querySelector("main")) throw new Error(String(answer.status));
        sending = false;
        sessionStorage.removeItem(KEPT);
        show(page, answer);
        return;
      } catch {
        say("lost");
        await pause(Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** failures));
      }
    }
  }

  /** Until it is time, or the browser says that the network is back. */
  function pause(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(go, ms);
      window.addEventListener("online", go);
      function go() {
        clearTimeout(timer);
        window.removeEventListener("online", go);
        resolve();
      }
    });
  }

  function say(word) {
    const place = document.querySelector(".desk-lost");
    if (place && place.textContent !== place.dataset[word]) place.textContent = place.dataset[word];
  }

  /** Puts an answer in the place of this page. */
  function show(page, answer) {
    document.title = page.title;
    document.body.replaceWith(document.adoptNode(page.body));
    if (answer.redirected) history.pushState(null, "", answer.url);
    const focus = document.querySelector("[autofocus]") ?? document.querySelector("main");
    focus.focus();
    if (focus.select) focus.select();
    begin();
  }

  window.addEventListener("popstate", () => location.reload());
})();

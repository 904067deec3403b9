// Nothing here is needed: without it the page is loaded again. With it the numbers renew themselves every two seconds:
// the page is asked for once more, and what differs is put in its place. What somebody is typing stays as it is.
(() => {
  "use strict";

  const EVERY_MS = 2_000;
  const ANSWER_WITHIN_MS = 10_000;

  const page = document.querySelector("[data-live]");
  if (!page) return;
  for (const element of document.querySelectorAll("[data-with-script]")) element.hidden = false;
  const lost = page.querySelector("[data-lost]");
  let heardAt = new Date();
  setTimeout(renew, EVERY_MS);

  async function renew() {
    try {
      const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
      const answer = await fetch(page.dataset.live, { cache: "no-store", signal });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-live]");
      if (answer.ok && fresh) {
        heardAt = new Date();
        say("");
        replace(page, fresh);
      } else {
        // Where the page was is now the one for signing in, or one that says what is wrong.
        say(answer.redirected ? lost.dataset.signedOut : lostText());
      }
    } catch {
      say(lostText());
    }
    setTimeout(renew, EVERY_MS);
  }

  function lostText() {
    const time = heardAt.toLocaleTimeString(document.documentElement.lang);
    return lost.dataset.lost.replace("{time}", time);
  }

  function say(text) {
    lost.hidden = text === "";
    if (lost.textContent !== text) lost.textContent = text;
  }

  /** Makes an element like a fresh one, and touches only what differs, so that a reader's place is kept. */
  function replace(element, fresh) {
    if (element.matches("[data-stays], [data-with-script]")) return;
    if (element.localName === "form" && isKept(element, fresh)) return;
    for (const { name, value } of fresh.attributes) {
      if (element.getAttribute(name) !== value) element.setAttribute(name, value);
    }
    for (const { name } of [...element.attributes]) {
      // Whoever has opened something has done so here.
      if (!fresh.hasAttribute(name) && name !== "open") element.removeAttribute(name);
    }
    replaceChildren(element, fresh);
  }

  /**
   * Parts that have a name are paired by it: a chart that is new moves nobody out of the form below it. Everything else
   * is paired in its order.
   */
  function replaceChildren(element, fresh) {
    const names = new Set([...fresh.children].map(nameOf));
    for (const child of [...element.children]) if (nameOf(child) && !names.has(nameOf(child))) child.remove();
    const named = new Map([...element.children].map((child) => [nameOf(child), child]));
    let next = element.firstChild;
    for (const child of fresh.childNodes) {
      const partner = nameOf(child) ? named.get(nameOf(child)) : next;
      if (!partner || nameOf(partner) !== nameOf(child) || partner.nodeName !== child.nodeName) {
        element.insertBefore(document.importNode(child, true), next);
        continue;
      }
      while (next !== partner) next = removed(next);
      next = partner.nextSibling;
      if (child.nodeType === Node.ELEMENT_NODE) replace(partner, child);
      else if (partner.data !== child.data) partner.data = child.data;
    }
    while (next) next = removed(next);
  }

  /** What a part is called; nothing where it is known by its place alone. */
  function nameOf(node) {
    return node.dataset?.part ?? node.dataset?.kept ?? "";
  }

  /** Takes a node away and says which one followed it. */
  function removed(node) {
    const next = node.nextSibling;
    node.remove();
    return next;
  }

  /** A form stays as long as it does the same, or somebody is typing in it: what is typed is nowhere else. */
  function isKept(form, fresh) {
    return sameButtons(form, fresh) || form.contains(document.activeElement);
  }

  function sameButtons(form, fresh) {
    const buttons = (of) => [...of.querySelectorAll("button")].map((button) => button.value + button.textContent).join();
    return form.dataset.kept === fresh.dataset.kept && buttons(form) === buttons(fresh);
  }
})();

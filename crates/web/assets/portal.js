// Nothing here is needed: without it every page works, and the waiting page is loaded again by the
// browser. With it the waiting page keeps itself up to date in place.
(() => {
  "use strict";

  const ANNOUNCE_EVERY_MS = 60_000; // a screen reader hears new numbers at most once a minute
  const WARN_BEFORE_S = 180; // three minutes before a permit ends
  const ANSWER_WITHIN_MS = 20_000;
  const RETRY_FIRST_MS = 5_000;
  const RETRY_MAX_MS = 300_000;

  for (const element of document.querySelectorAll("[data-with-script]")) element.hidden = false;
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  for (const limit of document.querySelectorAll("[data-seconds-left]")) warnInTime(limit);
  const line = document.getElementById("line");
  if (line?.dataset.api) keepUpToDate(line);

  function warnInTime(limit) {
    const warn = () => (limit.querySelector("[role=status]").textContent = limit.dataset.warning);
    setTimeout(warn, Math.max(0, Number(limit.dataset.secondsLeft) - WARN_BEFORE_S) * 1000);
  }

  function keepUpToDate(line) {
    const words = line.dataset;
    const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
    let timer, due, asking, announcedAt = 0, failures = 0;

    askAfter(Number(words.pollAfterMs));
    document.addEventListener("visibilitychange", askIfDue);
    window.addEventListener("online", askIfDue);

    // The server says when to ask again, and is never asked earlier.
    function askAfter(ms) {
      clearTimeout(timer);
      due = Date.now() + ms;
      timer = setTimeout(ask, ms);
    }

    // A hidden tab's timers sleep; when it is looked at again, it asks at once if its time has come.
    function askIfDue() {
      if (!document.hidden && !asking && Date.now() >= due) ask();
    }

    async function ask() {
      if (asking) return;
      asking = true;
      clearTimeout(timer);
      try {
        const answer = await fetch(words.api, { cache: "no-store", signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
        if (!answer.ok) throw new Error(String(answer.status));
        const told = await answer.json();
        failures = 0;
        lost(false);
        show(told);
        if (words.state !== "closed" && words.state !== "done") askAfter(Math.max(1000, told.poll_after_ms));
      } catch {
        // Doubling, with chance in it, so that a crowd that was cut off does not come back at once.
        const backoff = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** failures++);
        lost(true);
        askAfter(Math.max(Number(words.pollAfterMs), backoff) * (1 + Math.random()));
      } finally {
        asking = false;
      }
    }

    function lost(isLost) {
      line.querySelector("[data-lost]").hidden = !isLost;
    }

    function show(told) {
      const state = panelOf(told);
      const wait = waitText(told.wait_s);
      put("ahead", told.ahead == null ? "–" : number.format(told.ahead));
      put("position", told.position == null ? "–" : number.format(told.position));
      const supply = told.supply === 1 ? words.supplyOne : words.supply;
      put("supply", told.supply == null ? "–" : supply.replace("{count}", number.format(told.supply)));
      put("wait", wait);
      stale(told.stale_since);
      notice(told.notice);
      for (const cause of line.querySelectorAll("[data-cause]")) cause.hidden = cause.dataset.cause !== told.wait_cause;
      const turned = state !== words.state && turn(state);
      const counts = told.ahead != null && ["waiting", "beyond_supply", "paused"].includes(state);
      line.querySelector("[data-numbers]").hidden = !counts;
      if (turned) announce(turned);
      else if (counts && Date.now() - announcedAt >= ANNOUNCE_EVERY_MS) {
        announce(words.say.replace("{ahead}", number.format(told.ahead)).replace("{wait}", wait));
      }
    }

    function stale(since) {
      const notice = line.querySelector("[data-stale]");
      notice.hidden = !since;
      if (!since) return;
      const time = new Date(since).toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" });
      const text = notice.dataset.words.replace("{time}", time);
      if (notice.textContent !== text) notice.textContent = text;
    }

    // What the operator tells everybody; the region is read out politely when its text changes.
    function notice(text) {
      const place = document.querySelector("[data-notice]");
      if (!place) return;
      place.hidden = !text;
      const words = place.querySelector("[role=status]");
      if (words.textContent !== (text ?? "")) words.textContent = text ?? "";
    }

    // Which panel tells where the ticket and its line stand.
    function panelOf({ state, line: lineState, position, read_only: rests }) {
      if (state === "called" && rests) return "called_rests";
      if (state === "called" && words.state === "called_no_permit") return words.state;
      if (["called", "entered", "done"].includes(state)) return state;
      if (["paused", "closed"].includes(lineState)) return lineState;
      if (position == null) return lineState === "drawing" ? "drawing" : "before_opening";
      return state;
    }

    // Shows the panel of a new state; the focus stays where it is.
    function turn(state) {
      const panel = line.querySelector(`[data-panel="${state}"]`);
      if (!panel) return "";
      for (const other of line.querySelectorAll("[data-panel]")) other.hidden = other !== panel;
      words.state = state;
      document.title = `${panel.dataset.title} – ${words.service}`;
      document.querySelector("link[rel=icon]").href = state === "called" ? words.markCalled : words.mark;
      return panel.dataset.title;
    }

    function put(name, text) {
      const element = line.querySelector(`[data-value="${name}"]`);
      if (element.textContent !== text) element.textContent = text;
    }

    function announce(text) {
      announcedAt = Date.now();
      line.querySelector("[data-announce]").textContent = text;
    }

    function waitText(wait) {
      if (!wait) return words.waitUnknown;
      const low = wait.low / 60, high = Math.max(wait.low, wait.high) / 60; // minutes
      if (high < 1) return words.waitMoment;
      if (high <= 10) return range(words.waitMinutes, low, high, 1, 1);
      if (high <= 90) return range(words.waitMinutes, low, high, 5, 1);
      if (high <= 300) return range(words.waitHours, low, high, 30, 60);
      if (high <= 2880) return range(words.waitHours, low, high, 60, 60);
      return range(words.waitDays, low, high, 1440, 1440);
    }

    // Rounded outwards to whole steps, so that it promises nothing.
    function range(words, low, high, step, unit) {
      const to = Math.ceil(high / step) * step;
      const from = Math.min(Math.floor(low / step) * step, to - step);
      return words.replace("{low}", number.format(from / unit)).replace("{high}", number.format(to / unit));
    }
  }
})();

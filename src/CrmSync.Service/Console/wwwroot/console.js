// Everything works without this file. It shows times in the viewer's own zone and keeps the overview fresh.
(() => {
  "use strict";

  // What it says stands in the page, in the page's language.
  const words = document.body.dataset;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const year = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
  const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

  const localTimes = root => {
    const now = new Date();
    for (const element of root.querySelectorAll("time[datetime]")) {
      const at = new Date(element.dateTime);
      if (Number.isNaN(at.getTime())) continue;
      element.title = `${exact.format(at)}\n${element.dateTime}`;
      if ("relative" in element.dataset) continue;
      const format = at.toDateString() === now.toDateString() ? clock : at.getFullYear() === now.getFullYear() ? day : year;
      // Put together as the server does it: another order or a comma more would change widths, and move what stands around it.
      const part = Object.fromEntries(format.formatToParts(at).map(piece => [piece.type, piece.value]));
      element.textContent = format === clock ? format.format(at) : format === day ? `${part.day} ${part.month} ${part.hour}:${part.minute}` : `${part.day} ${part.month} ${part.year}`;
    }
  };

  // A block is replaced only where the server now draws it differently: selections, open details and focus elsewhere stay as they are.
  const replaceChanged = (live, fresh) => {
    const known = new Map([...live.querySelectorAll("[data-block]")].map(block => [block.id, block]));
    const next = [...fresh.querySelectorAll("[data-block]")];
    if (next.length !== known.size || next.some(block => !known.has(block.id))) {
      live.replaceChildren(...fresh.body.childNodes);
      return;
    }
    for (const block of next) {
      const old = known.get(block.id);
      if (old.contains(document.activeElement) && document.activeElement !== old) continue;
      for (const details of block.querySelectorAll("details[id]")) details.open = document.getElementById(details.id)?.open ?? false;
      localTimes(block);
      const sentence = block.querySelector("[role=status]");
      const spoken = old.querySelector("[role=status]");
      if (sentence && spoken && old.className === block.className && sentence.textContent === spoken.textContent) continue;
      if (old.innerHTML !== block.innerHTML || old.className !== block.className) old.replaceWith(document.importNode(block, true));
    }
  };

  // One stream per tab tells what changed. It is closed while the tab is hidden: a browser keeps few connections to one host, and another tab may want to load a page.
  const changes = (() => {
    const listeners = new Set();
    let source = null;
    let again = 0;
    let missed = false;
    const tell = topics => { for (const listener of listeners) listener(topics); };
    const open = () => {
      clearTimeout(again);
      if (source || document.hidden || listeners.size === 0 || !window.EventSource) return;
      source = new EventSource("/live");
      source.addEventListener("open", () => {
        if (missed) tell(null);
        missed = true;
      });
      source.addEventListener("changed", event => tell(event.data.split(" ")));
      // The browser itself comes back after a broken connection; after a refusal it does not, and timers keep the blocks fresh meanwhile.
      source.addEventListener("error", () => {
        if (source?.readyState !== EventSource.CLOSED) return;
        close();
        again = setTimeout(open, 60000);
      });
    };
    const close = () => {
      source?.close();
      source = null;
    };
    document.addEventListener("visibilitychange", () => document.hidden ? close() : open());
    addEventListener("pagehide", close);
    addEventListener("pageshow", open);
    return {
      follow: listener => { listeners.add(listener); open(); },
      get open() { return source?.readyState === 1; },
    };
  })();

  const keepFresh = live => {
    let paused = false;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button live-toggle";
    const say = text => { button.textContent = text; };
    say(words.liveWords);
    button.setAttribute("aria-pressed", "true");
    button.title = words.refreshWords;
    button.addEventListener("click", () => {
      paused = !paused;
      button.setAttribute("aria-pressed", String(!paused));
      say(paused ? words.pausedWords : words.liveWords);
    });
    live.before(button);
    const every = Number(live.dataset.every) || 5000;
    // What a block shows of ages and rates moves without any event.
    const quiet = Math.max(every, 20000);
    const least = 1000;
    const topics = new Set((live.dataset.topics ?? "").split(" ").filter(Boolean));
    let wait = every;
    let timer = 0;
    let last = 0;
    let busy = false;
    const plan = after => {
      clearTimeout(timer);
      timer = setTimeout(tick, after);
    };
    const tick = async () => {
      if (!paused && !document.hidden && !busy) {
        busy = true;
        last = Date.now();
        try {
          const answer = await fetch(live.dataset.live, { headers: { Accept: "text/html" }, cache: "no-store", redirect: "manual" });
          // Only a session that has ended sends elsewhere: the whole page goes to the door, and comes back after it.
          if (answer.type === "opaqueredirect") return location.reload();
          if (!answer.ok) throw new Error(String(answer.status));
          replaceChanged(live, new DOMParser().parseFromString(await answer.text(), "text/html"));
          wait = every;
          say(words.liveWords);
          button.classList.remove("lost");
        } catch {
          wait = Math.min(wait * 2, 60000);
          say(words.lostWords);
          button.classList.add("lost");
        }
        busy = false;
      }
      plan(changes.open && wait === every ? quiet : wait);
    };
    changes.follow(changed => {
      if (paused || (changed && topics.size > 0 && !changed.some(topic => topics.has(topic)))) return;
      plan(Math.max(0, last + least - Date.now()));
    });
    plan(wait);
  };

  // One key per answer while no field has the focus; a switch turns that off for those whose speech or switches press keys. Access keys work without it.
  const answerByKey = place => {
    const off = () => localStorage.getItem("keys") === "off";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    const say = () => {
      button.textContent = off() ? words.keysOffWords : words.keysOnWords;
      button.setAttribute("aria-pressed", String(!off()));
    };
    button.title = words.keysWords;
    button.addEventListener("click", () => { localStorage.setItem("keys", off() ? "on" : "off"); say(); });
    say();
    place.append(button);
    let pressed = false;
    document.addEventListener("keydown", event => {
      if (pressed || off() || event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.target.closest("input, select, textarea")) return;
      const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
      if (!target) return;
      event.preventDefault();
      pressed = true;
      target.click();
    });
  };

  localTimes(document);
  // Other scripts that put something new into the page say so.
  document.addEventListener("fresh", event => localTimes(event.target));
  for (const note of document.querySelectorAll("[data-zone]")) note.textContent = words.zoneWords.replace("{0}", zone.replaceAll("_", " "));
  for (const live of document.querySelectorAll("[data-live]")) keepFresh(live);
  for (const place of document.querySelectorAll("[data-keys]")) answerByKey(place);
})();

// Everything works without this file. It shows times in the viewer's own zone and keeps the overview fresh.
(() => {
  "use strict";

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
      element.textContent = format.format(at);
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

  const keepFresh = live => {
    let paused = false;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button live-toggle";
    const say = text => { button.textContent = text; };
    say("Live");
    button.setAttribute("aria-pressed", "true");
    button.title = "Stop or resume the refreshing of this page";
    button.addEventListener("click", () => {
      paused = !paused;
      button.setAttribute("aria-pressed", String(!paused));
      say(paused ? "Paused" : "Live");
    });
    live.before(button);
    const every = Number(live.dataset.every) || 5000;
    let wait = every;
    const tick = async () => {
      if (!paused && !document.hidden) {
        try {
          const answer = await fetch(live.dataset.live, { headers: { Accept: "text/html" }, cache: "no-store", redirect: "manual" });
          // Only a session that has ended sends elsewhere: the whole page goes to the door, and comes back after it.
          if (answer.type === "opaqueredirect") return location.reload();
          if (!answer.ok) throw new Error(String(answer.status));
          replaceChanged(live, new DOMParser().parseFromString(await answer.text(), "text/html"));
          wait = every;
          say("Live");
          button.classList.remove("lost");
        } catch {
          wait = Math.min(wait * 2, 60000);
          say("No answer, trying again");
          button.classList.add("lost");
        }
      }
      setTimeout(tick, wait);
    };
    setTimeout(tick, wait);
  };

  // One key per answer while no field has the focus; a switch turns that off for those whose speech or switches press keys. Access keys work without it.
  const answerByKey = place => {
    const off = () => localStorage.getItem("keys") === "off";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    const say = () => {
      button.textContent = off() ? "Keys off" : "Keys on";
      button.setAttribute("aria-pressed", String(!off()));
    };
    button.title = "Whether a single key answers";
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
  for (const note of document.querySelectorAll("[data-zone]")) note.textContent = `Times in ${zone.replaceAll("_", " ")}`;
  for (const live of document.querySelectorAll("[data-live]")) keepFresh(live);
  for (const place of document.querySelectorAll("[data-keys]")) answerByKey(place);
})();

// Everything works without this file: it asks while somebody types what the button "Check" asks, and offers the viewer's own zone.
(() => {
  "use strict";

  const form = document.querySelector("form[data-outlook]");
  if (!form) return;
  const place = document.getElementById("outlook");
  const zone = form.elements.zone;
  if (zone && !zone.value && "fresh" in form.dataset) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
  let timer = 0;
  let asked = 0;
  const ask = async () => {
    const mine = ++asked;
    const query = new URLSearchParams({ recurrence: form.elements.recurrence.value, zone: zone.value });
    try {
      const answer = await fetch(`${form.dataset.outlook}&${query}`, { headers: { Accept: "text/html" }, cache: "no-store", redirect: "manual" });
      if (!answer.ok || mine !== asked) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      place.replaceChildren(...fresh.body.childNodes);
      place.dispatchEvent(new Event("fresh", { bubbles: true }));
    } catch {
      // The button is still there.
    }
  };
  form.addEventListener("input", event => {
    if (event.target !== form.elements.recurrence && event.target !== zone) return;
    clearTimeout(timer);
    timer = setTimeout(ask, 250);
  });
  // What the server drew is about what stands in the form; only a zone that was filled in here is news.
  if ("fresh" in form.dataset && form.elements.recurrence.value && zone.value) ask();
})();

// The page works without this file. It opens the list of keys with "?", and moves the answers into view on a phone.
(() => {
  "use strict";
  const keys = document.getElementById("keys");
  if (!keys) return;
  document.addEventListener("keydown", event => {
    if (event.key !== "?" || event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, select, textarea")) return;
    event.preventDefault();
    keys.open = !keys.open;
    if (keys.open) keys.querySelector("summary").focus();
  });
})();

// Browsers ask for different keys together with an access key. Alt alone does on pages that are worked with all day, as
// they say themselves. Without this the browser's own keys lead to the same places.
document.addEventListener("keydown", (event) => {
  "use strict";

  if (!event.altKey || event.ctrlKey || event.metaKey || event.key.length !== 1) return;
  const target = document.querySelector(`[accesskey="${CSS.escape(event.key.toLowerCase())}" i]`);
  if (!target) return;
  event.preventDefault();
  if (target.matches("input, select, textarea")) target.focus();
  else target.click();
});

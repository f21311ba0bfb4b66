// Keeps the parts of a page up to date that the server renders again. Without this script the page is the same, as it was loaded.
"use strict";

for (const whole of document.querySelectorAll("[data-live]")) {
  const state = document.createElement("p");
  state.className = "muted live";
  whole.before(state);
  const say = (text) => {
    if (state.textContent !== text) state.textContent = text;
  };
  const updates = new EventSource(whole.dataset.live);
  updates.onopen = () => say("Updates itself.");
  updates.onerror = () => say("Not up to date: the server does not answer. Trying again.");
  updates.onmessage = (message) => {
    const fresh = document.createElement("template");
    fresh.innerHTML = message.data;
    const selected = document.getSelection();
    for (const part of fresh.content.children) {
      const shown = whole.querySelector(`[data-part="${part.dataset.part}"]`);
      // A person who is on a link with the keyboard, or selects text, keeps it.
      const isSelecting = selected && !selected.isCollapsed && shown.contains(selected.anchorNode);
      if (!shown.contains(document.activeElement) && !isSelecting) shown.innerHTML = part.innerHTML;
    }
  };
}

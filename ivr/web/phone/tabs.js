// Tabs as the ARIA practices have them: arrows move between them, one is in the order of the Tab key.

export function tabs(list) {
  const all = [...list.querySelectorAll('[role="tab"]')];
  const choose = (tab, focus = false) => {
    for (const each of all) {
      const chosen = each === tab;
      each.setAttribute("aria-selected", String(chosen));
      each.tabIndex = chosen ? 0 : -1;
      const pane = document.getElementById(each.getAttribute("aria-controls"));
      pane.hidden = !chosen;
      if (chosen) pane.scrollTop = pane.scrollHeight; // the newest stands below
    }
    if (focus) tab.focus();
  };
  for (const [at, tab] of all.entries()) {
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) choose(all.at((at + step) % all.length), true);
    });
  }
}

// The editor of a file: goes to the line of a fault, saves with Ctrl+S, and asks before unsaved text is left.

const text = document.getElementById("text");
const form = text.form;
const first = text.value;

function go(line, column = 1) {
  const lines = text.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  text.focus();
  text.setSelectionRange(start + column - 1, start + (lines[line - 1] ?? "").length);
  const height = text.scrollHeight / Math.max(1, lines.length);
  text.scrollTop = Math.max(0, (line - 6) * height);
}

function follow() {
  const line = location.hash.match(/^#L(\d+)$/)?.[1];
  if (line) go(Number(line));
}

document.addEventListener("click", (click) => {
  const fault = click.target.closest("a[data-line]");
  if (!fault) return;
  click.preventDefault();
  history.replaceState(null, "", fault.getAttribute("href"));
  go(Number(fault.dataset.line), Number(fault.dataset.column));
});

text.addEventListener("keydown", (key) => {
  if (!(key.ctrlKey || key.metaKey) || key.key !== "s" || text.readOnly) return;
  key.preventDefault();
  form.requestSubmit();
});

let leaving = false;
form.addEventListener("submit", () => (leaving = true));
addEventListener("beforeunload", (event) => {
  if (!leaving && text.value !== first) event.preventDefault();
});

addEventListener("hashchange", follow);
follow();

// Plays the clips of one prompt after the other; a second click, or another prompt, stops them.

const audio = new Audio();
let sounding = null;

/** Play what `button` names, or stop it where it sounds. */
export function play(button) {
  const same = button === sounding;
  stop();
  if (same) return;
  sounding = button;
  button.classList.add("sounds");
  button.setAttribute("aria-pressed", "true");
  next(button.dataset.clips.split(" "));
}

/** Be silent. */
export function stop() {
  audio.pause();
  sounding?.classList.remove("sounds");
  sounding?.setAttribute("aria-pressed", "false");
  sounding = null;
}

function next([clip, ...rest]) {
  if (!clip) return stop();
  const of = sounding;
  audio.src = clip;
  audio.onended = () => (of === sounding ? next(rest) : undefined);
  audio.play().catch(() => (of === sounding ? stop() : undefined));
}

// The dial pad: mouse, touch, keyboard and screen reader press the same twelve keys, and each sounds its two tones.

import { holdKey } from "./tones.js";

const KEYS = "123456789*0#";

/** Makes the keys of `pad` work; `pressed(key)` is called at once, while the key still sounds. */
export function keypad(pad, pressed) {
  const buttons = new Map([...pad.querySelectorAll("[data-key]")].map((button) => [button.dataset.key, button]));
  const held = new Map();

  const down = (key) => {
    if (held.has(key)) return;
    held.set(key, holdKey(key));
    buttons.get(key).classList.add("down");
    pressed(key);
  };

  const up = (key) => {
    held.get(key)?.();
    held.delete(key);
    buttons.get(key).classList.remove("down");
  };

  const allUp = () => [...held.keys()].forEach(up);

  for (const [key, button] of buttons) {
    button.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      if (event.pointerId !== undefined && button.hasPointerCapture) button.setPointerCapture(event.pointerId);
      down(key);
    });
    for (const ended of ["pointerup", "pointercancel", "lostpointercapture"]) {
      button.addEventListener(ended, () => up(key));
    }
    // A click without a pointer is Enter, the space bar or a screen reader's.
    button.addEventListener("click", (event) => {
      if (event.detail !== 0) return;
      down(key);
      setTimeout(() => up(key), 120);
    });
    button.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  document.addEventListener("keydown", (event) => {
    if (!KEYS.includes(event.key) || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isWriting(event.target)) return;
    event.preventDefault();
    down(event.key);
  });
  document.addEventListener("keyup", (event) => {
    if (held.has(event.key)) up(event.key);
    else if (event.key === "Shift") allUp();
  });
  window.addEventListener("blur", allUp);
}

/** Whether keys go into a field there. */
export function isWriting(target) {
  return target.matches?.("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]") ?? false;
}

// Makes and finds elements. Words are set as text, so that nothing that a line says can become markup.

/** An element `tag` with `attributes` (class, data-…, hidden …), and children: elements, or texts. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** The one element with this id; the page must have it. */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element #${id}`);
  return found;
}

/**
 * Whether somebody is about to press something in `part`: a click whose element is replaced between pressing and letting
 * go would be lost.
 */
export function pressedIn(part) {
  let pressed = false;
  part.addEventListener("pointerdown", () => (pressed = true));
  // The click comes after the pointer is up.
  for (const over of ["pointerup", "pointercancel", "blur"]) addEventListener(over, () => setTimeout(() => (pressed = false)));
  return () => pressed;
}

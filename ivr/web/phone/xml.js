// Shows TwiML with its elements, attributes and texts told apart.

import { element } from "../shell/dom.js";

const PIECES = /(<!--[\s\S]*?-->)|(<\?[\s\S]*?\?>)|(<\/?)([\w:.-]+)|([\w:.-]+)(=)("[^"]*"|'[^']*')|(\/?>)|(\s+|[^<>\s]+)/g;

/** A <code> with the text of `xml`, letter by letter, each piece with a class of its kind. */
export function shownXml(xml) {
  const code = element("code", { class: "xml" });
  let inside = false;
  for (const [whole, comment, declaration, opening, name, attribute, equals, value, closing] of pieces(xml)) {
    if (comment || declaration) code.append(element("span", { class: "comment" }, whole));
    else if (opening) {
      code.append(opening, element("span", { class: "name" }, name));
      inside = true;
    } else if (inside && attribute) {
      code.append(element("span", { class: "attribute" }, attribute), equals, element("span", { class: "value" }, value));
    } else {
      if (closing) inside = false;
      code.append(whole);
    }
  }
  return code;
}

function* pieces(xml) {
  let end = 0;
  for (const match of xml.matchAll(PIECES)) {
    if (match.index > end) yield [xml.slice(end, match.index)];
    yield match;
    end = match.index + match[0].length;
  }
  if (end < xml.length) yield [xml.slice(end)];
}

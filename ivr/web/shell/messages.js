// Messages in the language of the page. What the code calls a message is its English text.

const language = document.documentElement.lang;
const { default: catalogue } = await import(`./messages.${language}.js`);

/** `message` in the language of the page, with each `{name}` put in from `values`. */
export function _(message, values = {}) {
  const text = catalogue[message] ?? message;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

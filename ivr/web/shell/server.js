// Asks the server of this page. What it refuses is an Error with the words of the refusal and its `code`.

const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";

export class Refused extends Error {
  constructor(status, { error, code } = {}) {
    super(error ?? `The server answered ${status}.`);
    this.status = status;
    this.code = code ?? "";
  }
}

/** The JSON at `path`. */
export async function get(path) {
  return told(await fetch(path, { headers: { Accept: "application/json" } }));
}

/** The JSON that `path` answers when `body` is posted to it; `more` are other settings of fetch. */
export async function post(path, body = {}, more = {}) {
  const headers = { Accept: "application/json", "Content-Type": "application/json", "X-CSRF-Token": token };
  return told(await fetch(path, { method: "POST", headers, body: JSON.stringify(body), ...more }));
}

async function told(answer) {
  const text = await answer.text();
  const json = (answer.headers.get("Content-Type") ?? "").includes("json");
  const body = json && text ? JSON.parse(text) : {};
  if (answer.ok) return body;
  throw new Refused(answer.status, json ? body : { error: text.trim() });
}

// Fetches the board anew every two seconds, while the page is seen. The server made it, and escaped what people wrote.

const SECONDS = 2;
const board = document.getElementById("board");
const stale = document.getElementById("stale");

async function renew() {
  if (document.hidden || board.contains(document.activeElement)) return;
  try {
    const answer = await fetch(board.dataset.now, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (board.contains(document.activeElement)) return; // somebody is about to press a button
    board.replaceChildren(...fresh.body.childNodes);
    stale.hidden = true;
  } catch {
    stale.hidden = false;
  }
}

for (;;) {
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
  await renew();
}

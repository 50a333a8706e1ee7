// The page of the map: what was chosen stands in the address, so that it can be sent and gone back from.

import { MenuMap } from "./map.js";

const root = document.querySelector(".line-map");
const map = new MenuMap(root, (address) => history.pushState(null, "", address));

addEventListener("popstate", () => {
  const state = location.pathname.match(/\/states\/([^/]+)$/)?.[1];
  map.choose(state ? decodeURIComponent(state) : null, location.pathname);
});

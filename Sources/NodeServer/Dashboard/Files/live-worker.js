// What all windows of a browser share: a browser allows a host only six connections, and each window needs some itself.

import { Exchange } from "./live-exchange.js";

const exchange = new Exchange();
// Whoever gets this lock knows that the worker has ended. Pages of other machines without TLS have no locks.
const lock = "reelnode-live-" + Math.random().toString(36).slice(2);
const held = new Promise((resolve) => {
  navigator.locks?.request(lock, () => { resolve(); return new Promise(() => {}); });
});
onconnect = ({ ports: [port] }) => {
  exchange.join(port);
  held.then(() => port.postMessage({ lock }));
};
setInterval(() => exchange.sweep(), 15_000);

// For the vendor's own pages: a QuickBooks company is connected in a window of its own.
//
//   ledgerlink.connect(connectUrl).then((connection) => …, (error) => …)
//
// Call it in the click. connectUrl is `connect_url` of a new session, or a promise of it. The connection is that of the
// API: {id, realm_id, company_name, …}. The error has words for people (message) and one of these codes: "blocked",
// "closed" (ask your server whether a company was connected all the same), "wrong_address".
"use strict";
(function () {
  const OURS = new URL(document.currentScript.src).origin;
  const WIDTH = 640, HEIGHT = 760;

  class ConnectError extends Error {
    constructor(code, message) {
      super(message);
      this.name = "ConnectError";
      this.code = code;
    }
  }

  function connect(connectUrl) {
    // Before anything that takes time: browsers allow a window only in the click itself.
    const popup = openWindow();
    if (!popup) {
      return Promise.reject(new ConnectError("blocked",
        "The browser blocked the window. Allow popups for this site, and try again."));
    }
    return Promise.resolve(connectUrl).then(function (address) {
      if (originOf(address) !== OURS) {
        throw new ConnectError("wrong_address", "QuickBooks cannot be connected: this is not an address to connect at.");
      }
      if (!popup.closed) { popup.location.replace(inWindow(address)); }
      return answerOf(popup);
    }).catch(function (error) {
      popup.close();
      throw error;
    });
  }

  // Only what our own page says, in the window that was opened here, counts.
  function answerOf(popup) {
    return new Promise(function (resolve, reject) {
      function hear(event) {
        if (event.origin !== OURS || event.source !== popup || event.data.type !== "ledgerlink.connected") { return; }
        stop();
        resolve(event.data.connection);
      }
      // A window whose tie to this page is cut seems closed while the person is still in it: wait until they are back.
      const watching = setInterval(function () {
        if (!popup.closed || !document.hasFocus()) { return; }
        stop();
        reject(new ConnectError("closed", "The window was closed before a company was connected."));
      }, 500);
      function stop() {
        clearInterval(watching);
        window.removeEventListener("message", hear);
      }
      window.addEventListener("message", hear);
    });
  }

  function openWindow() {
    const left = Math.max(0, window.screenX + (window.outerWidth - WIDTH) / 2);
    const top = Math.max(0, window.screenY + (window.outerHeight - HEIGHT) / 2);
    return window.open("", "ledgerlink-connect", `popup,width=${WIDTH},height=${HEIGHT},left=${left},top=${top}`);
  }

  // The page in it is told by its address, and closes the window at the end.
  function inWindow(address) {
    const url = new URL(address);
    url.searchParams.set("window", "popup");
    return url.href;
  }

  function originOf(address) {
    try { return new URL(address).origin; } catch { return ""; }
  }

  window.ledgerlink = { connect };
})();

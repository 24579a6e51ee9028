// For the vendor's own pages: opens the connect popup, and says how it ended. The address is `connect_url`.
"use strict";
(function () {
  const OURS = new URL(document.currentScript.src).origin;
  window.ledgerlink = { OURS };
})();

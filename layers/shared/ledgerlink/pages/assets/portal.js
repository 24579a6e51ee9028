// What pages cannot do by HTML alone. Everything that changes something is a form and works without this file.
"use strict";
(function () {
  const CHANNEL = "ledgerlink";

  // After the address has told who comes, it need not stay in the history.
  function forgetQuery() {
    if (document.querySelector("[data-forget-query]")) { history.replaceState(null, "", location.pathname); }
  }

  // The page that a popup ends on: tell whoever opened it, and close.
  function finishPopup() {
    const page = document.querySelector("[data-connected]");
    if (!page) { return; }
    const message = { type: "ledgerlink.connected", connection: JSON.parse(page.dataset.connected) };
    new BroadcastChannel(CHANNEL).postMessage(message);
    // Only a window that was opened by a script may close itself; a full page stays and tells the person.
    if (!window.opener) { return; }
    for (const origin of page.dataset.openers.split(" ").filter(Boolean)) { window.opener.postMessage(message, origin); }
    page.querySelectorAll("[data-in-popup]").forEach(function (part) { part.hidden = false; });
    page.querySelectorAll("[data-in-page]").forEach(function (part) { part.hidden = true; });
    setTimeout(function () { window.close(); }, Number(page.dataset.closeAfter));
  }

  // Connecting opens a popup where the browser allows one; otherwise the form opens as an ordinary page.
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (!form.matches("[data-popup]")) { return; }
    const popup = window.open("", "ledgerlink-connect", "popup,width=640,height=760");
    if (!popup) { form.removeAttribute("target"); return; }
    form.target = "ledgerlink-connect";
    const waiting = setInterval(function () {
      if (popup.closed) { clearInterval(waiting); refresh(); }
    }, 500);
  });
  new BroadcastChannel(CHANNEL).addEventListener("message", refresh);

  // The parts of a page that change when a company is connected.
  function refresh() {
    if (document.getElementById("connections")) {
      htmx.ajax("GET", location.pathname, { target: "#connections", select: "#connections", swap: "outerHTML" });
    }
  }

  document.addEventListener("click", function (event) {
    const copy = event.target.closest("[data-copy]");
    if (copy) { navigator.clipboard.writeText(copy.dataset.copy).then(function () { copy.textContent = "Copied"; }); }
  });

  // Why something failed: Escape closes it; programs are told whether it is open.
  document.addEventListener("keydown", function (event) {
    const why = event.key === "Escape" && event.target.closest(".why");
    if (why) { why.classList.add("closed"); }
  });
  document.addEventListener("focusin", function (event) { tell(event, true); });
  document.addEventListener("focusout", function (event) { tell(event, false); });
  function tell(event, open) {
    const why = event.target.closest(".why");
    if (!why || why.contains(event.relatedTarget)) { return; }
    why.classList.remove("closed");
    why.querySelector("[data-why]").setAttribute("aria-expanded", String(open));
  }

  // An error in a piece that is fetched again and again leaves the piece as it was; the next try may succeed.
  document.addEventListener("htmx:beforeSwap", function (event) {
    const status = event.detail.xhr.status;
    if (status >= 400 && event.detail.target !== document.body) { event.detail.shouldSwap = false; }
  });
  // A new page is announced, and the keyboard goes on at its beginning.
  document.addEventListener("htmx:afterSettle", function (event) {
    if (event.detail.target !== document.body) { return; }
    document.getElementById("content").focus();
    started();
  });

  function started() { forgetQuery(); finishPopup(); }
  started();
})();
